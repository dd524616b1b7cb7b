#include "engine/calendar/posix_time_zone.hpp"

#include <algorithm>

#include "engine/base/characters.hpp"

namespace spillway {

namespace {

using std::chrono::seconds;

class RuleReader {
 public:
  explicit RuleReader(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }
  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  // "EST", "<+09>"
  bool name() {
    const bool quoted = take('<');
    std::size_t size = 0;
    while (size < rest_.size() && is_name_part(rest_[size], quoted)) ++size;
    if (size < 3) return false;
    rest_.remove_prefix(size);
    return !quoted || take('>');
  }

  std::optional<unsigned> number(unsigned most) {
    unsigned value = 0;
    std::size_t size = 0;
    while (size < rest_.size() && size < 4 && is_digit(rest_[size]))
      value = value * 10 + static_cast<unsigned>(rest_[size++] - '0');
    rest_.remove_prefix(size);
    if (size == 0 || value > most) return std::nullopt;
    return value;
  }

  // "5", "-10:30", "2:00:00"
  std::optional<seconds> time(unsigned hours_max) {
    const bool minus = take('-');
    if (!minus) take('+');
    const auto hours = number(hours_max);
    if (!hours) return std::nullopt;
    seconds sum = std::chrono::hours(*hours);
    for (const seconds unit : {seconds(60), seconds(1)}) {
      if (!take(':')) break;
      const auto part = number(59);
      if (!part) return std::nullopt;
      sum += unit * *part;
    }
    return minus ? -sum : sum;
  }

  std::optional<ZoneRule::Yearly> yearly() {
    using Kind = ZoneRule::Yearly::Kind;
    ZoneRule::Yearly result;
    bool good = true;
    const auto part = [&](unsigned least, unsigned most) {
      const auto value = number(most);
      good = good && value && *value >= least;
      return value.value_or(0);
    };
    if (take('M')) {
      result.kind = Kind::weekday_of_month;
      result.month = part(1, 12);
      good = good && take('.');
      result.week = part(1, 5);
      good = good && take('.');
      result.weekday = part(0, 6);
    } else {
      result.kind = take('J') ? Kind::day_without_leap : Kind::day;
      result.day = part(result.kind == Kind::day ? 0 : 1, 365);
    }
    result.time = std::chrono::hours(2);
    if (good && take('/')) {
      const auto at = time(167);
      good = at.has_value();
      result.time = at.value_or(seconds(0));
    }
    return good ? std::optional(result) : std::nullopt;
  }

 private:
  static bool is_name_part(char c, bool quoted) {
    return is_letter(c) || (quoted && (is_digit(c) || c == '+' || c == '-'));
  }

  std::string_view rest_;
};

std::chrono::sys_days day_of(const ZoneRule::Yearly& change, std::chrono::year year) {
  using namespace std::chrono;
  const sys_days first = year / January / 1;
  switch (change.kind) {
    case ZoneRule::Yearly::Kind::day:
      return first + days(change.day);
    case ZoneRule::Yearly::Kind::day_without_leap:
      return first + days(change.day - 1 + (year.is_leap() && change.day > 59 ? 1 : 0));
    case ZoneRule::Yearly::Kind::weekday_of_month:
      break;
  }
  const year_month month = year / static_cast<int>(change.month);
  if (change.week == 5) return sys_days(month / weekday(change.weekday)[last]);
  return sys_days(month / weekday(change.weekday)[change.week]);
}

}  // namespace

std::optional<ZoneRule> zone_rule_from(std::string_view text) {
  RuleReader reader(text);
  ZoneRule rule;
  if (!reader.name()) return std::nullopt;
  const auto standard = reader.time(24);
  if (!standard) return std::nullopt;
  rule.standard_offset = -*standard;  // POSIX counts to the west
  if (reader.at_end()) return rule;

  ZoneRule::Summer summer;
  summer.offset = rule.standard_offset + std::chrono::hours(1);
  if (!reader.name()) return std::nullopt;
  if (!reader.take(',')) {
    const auto offset = reader.time(24);
    if (!offset || !reader.take(',')) return std::nullopt;
    summer.offset = -*offset;
  }
  const auto begins = reader.yearly();
  if (!begins || !reader.take(',')) return std::nullopt;
  const auto ends = reader.yearly();
  if (!ends || !reader.at_end()) return std::nullopt;
  summer.begins = *begins;
  summer.ends = *ends;
  rule.summer = summer;
  return rule;
}

std::vector<OffsetChange> changes_of(const ZoneRule& rule, std::chrono::year year) {
  if (!rule.summer) return {};
  const ZoneRule::Summer& summer = *rule.summer;
  std::vector<OffsetChange> changes = {
      {day_of(summer.begins, year) + summer.begins.time - rule.standard_offset, summer.offset},
      {day_of(summer.ends, year) + summer.ends.time - summer.offset, rule.standard_offset}};
  std::ranges::sort(changes, {}, &OffsetChange::at);
  return changes;
}

}  // namespace spillway
