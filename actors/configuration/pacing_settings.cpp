#include "actors/configuration/pacing_settings.hpp"

#include <cmath>

#include <fmt/format.h>

#include "actors/configuration/time_zone_file.hpp"
#include "engine/pacing/limits.hpp"
#include "net/text/toml_reader.hpp"

namespace spillway::actors {

namespace {

using std::chrono::minutes;

std::optional<minutes> time_of_day_from(const std::string& text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  int digits[4];
  for (std::size_t i = 0, at = 0; at < text.size(); ++at) {
    if (at == 2) continue;
    if (text[at] < '0' || text[at] > '9') return std::nullopt;
    digits[i++] = text[at] - '0';
  }
  const int hour = digits[0] * 10 + digits[1];
  const int minute = digits[2] * 10 + digits[3];
  if (hour > 23 || minute > 59) return std::nullopt;
  return minutes(hour * 60 + minute);
}

std::string to_text(minutes of_day) {
  return fmt::format("{:02}:{:02}", of_day.count() / 60, of_day.count() % 60);
}

class PacingReader {
 public:
  explicit PacingReader(const PacingText& text) : text_(text) {}

  Result<Pacing, std::vector<PacingProblem>> read(PacingKind absent_kind) {
    read_kind(absent_kind);
    read_rate();
    const bool batch = pacing_.kind == PacingKind::batch;
    const bool window = pacing_.kind == PacingKind::window;
    if (batch) read_batch();
    if (window) read_window();
    refuse_unless(batch, "batch",
                  {{PacingField::amount, text_.amount.has_value()},
                   {PacingField::age, text_.age.has_value()}});
    refuse_unless(window, "window",
                  {{PacingField::from, text_.from.has_value()},
                   {PacingField::to, text_.to.has_value()},
                   {PacingField::zone, text_.zone.has_value()}});
    if (problems_.empty()) return pacing_;
    return problems_;
  }

 private:
  void add(PacingField field, std::string sentence) {
    problems_.push_back({field, std::move(sentence)});
  }

  void read_kind(PacingKind absent_kind) {
    pacing_.kind = absent_kind;
    if (!text_.kind) return;
    if (const auto kind = pacing_kind_from(*text_.kind))
      pacing_.kind = *kind;
    else
      add(PacingField::kind, R"(must be "immediate", "paced", "batch" or "window")");
  }

  void read_rate() {
    if (!text_.rate) {
      if (pacing_.kind == PacingKind::paced) add(PacingField::rate, "is needed with paced");
    } else if (pacing_.kind == PacingKind::immediate) {
      add(PacingField::rate, "has a meaning only with paced, batch or window");
    } else if (!(*text_.rate >= limits::pace_min && *text_.rate <= limits::pace_max)) {
      add(PacingField::rate,
          fmt::format("must be from {} (one a day) to {}", limits::pace_min, limits::pace_max));
    } else {
      pacing_.per_second = *text_.rate;
    }
  }

  void read_batch() {
    if (!text_.amount) add(PacingField::amount, "is needed with batch");
    if (!text_.age) add(PacingField::age, "is needed with batch");
    if (text_.amount && (*text_.amount < 1 || *text_.amount > limits::batch_amount_max))
      add(PacingField::amount, fmt::format("must be from 1 to {}", limits::batch_amount_max));
    const auto age = text_.age ? net::duration_from(*text_.age) : std::nullopt;
    if (text_.age && (!age || *age <= Duration::zero() || *age > limits::batch_age_max))
      add(PacingField::age, R"(must be a time like "30s" or "10m", up to "24h")");
    pacing_.batch = {text_.amount.value_or(0), age.value_or(Duration::zero())};
  }

  void read_window() {
    const auto from = read_time_of_day(PacingField::from, text_.from);
    const auto to = read_time_of_day(PacingField::to, text_.to);
    if (from && to && *from == *to)
      add(PacingField::to, "must be another time than the one at which the window opens");
    pacing_.window.from = from.value_or(minutes(0));
    pacing_.window.to = to.value_or(minutes(0));
    if (!text_.zone) return;
    if (auto zone = load_time_zone(*text_.zone))
      pacing_.window.zone = std::move(*zone);
    else
      add(PacingField::zone, zone.error().message);
  }

  std::optional<minutes> read_time_of_day(PacingField field,
                                          const std::optional<std::string>& text) {
    if (!text) {
      add(field, "is needed with window");
      return std::nullopt;
    }
    const auto time = time_of_day_from(*text);
    if (!time) add(field, R"(must be a time of day like "23:00")");
    return time;
  }

  struct Given {
    PacingField field;
    bool there;
  };
  void refuse_unless(bool kind_fits, std::string_view kind, std::initializer_list<Given> fields) {
    for (const Given& given : fields)
      if (given.there && !kind_fits)
        add(given.field, fmt::format("has a meaning only with {}", kind));
  }

  const PacingText& text_;
  Pacing pacing_;
  std::vector<PacingProblem> problems_;
};

}  // namespace

Result<Pacing, std::vector<PacingProblem>> pacing_from(const PacingText& text,
                                                       PacingKind absent_kind) {
  return PacingReader(text).read(absent_kind);
}

PacingText text_of(const Pacing& pacing) {
  PacingText text;
  text.kind = std::string(to_text(pacing.kind));
  if (pacing.per_second > 0) text.rate = pacing.per_second;
  if (pacing.kind == PacingKind::batch) {
    text.amount = pacing.batch.amount;
    text.age = net::to_text(pacing.batch.age);
  }
  if (pacing.kind == PacingKind::window) {
    text.from = to_text(pacing.window.from);
    text.to = to_text(pacing.window.to);
    text.zone = pacing.window.zone.name;
  }
  return text;
}

std::string describe(const PacingText& text) {
  const std::string rate = text.rate ? fmt::format("{} a second", *text.rate) : std::string();
  const auto kind = pacing_kind_from(text.kind.value_or(""));
  std::string sentence;
  if (kind == PacingKind::batch)
    sentence = fmt::format("batches of {} or {}", text.amount.value_or(0), text.age.value_or(""));
  if (kind == PacingKind::window)
    sentence = fmt::format("{} to {} {}", text.from.value_or(""), text.to.value_or(""),
                           text.zone.value_or("UTC"));
  if (sentence.empty()) return rate.empty() ? "at once" : rate;
  return rate.empty() ? sentence : sentence + ", " + rate;
}

}  // namespace spillway::actors
