#include "loadtest/scenario/thresholds.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "net/text/toml_reader.hpp"

namespace spillway::loadtest {
namespace {

struct Unit {
  std::string_view suffix;
  double nanoseconds;
};
constexpr std::array<Unit, 5> units = {
    {{"us", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"m", 60e9}, {"h", 3600e9}}};

constexpr std::array<std::string_view, 7> audit_names = {
    "lost", "twice", "unexplained", "charged_twice", "untold", "uncalled", "unmailed"};
constexpr std::array<std::string_view, 4> kept_counts = {"arrivals", "accepted", "overloaded",
                                                         "failed"};

std::optional<double> number_from(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) {
    return std::nullopt;
  }
  return value;
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (true) {
    const std::size_t begin = text.find_first_not_of(' ');
    if (begin == std::string_view::npos) return words;
    text.remove_prefix(begin);
    const std::size_t size = std::min(text.find(' '), text.size());
    words.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
}

template <class Names>
std::optional<std::size_t> place_of(const Names& names, std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<std::size_t>(found - names.begin());
}

Error unknown_figure(std::string_view figure) {
  std::vector<std::string> known{"errors", "failed", "error_share", "rate"};
  known.insert(known.end(), audit_names.begin(), audit_names.end());
  known.insert(known.end(), count_names.begin(), count_names.end());
  for (const std::string_view name : measure_names) known.push_back(std::string(name) + ".p99");
  const auto meant = net::nearest(figure, known);
  return Error{fmt::format("{} is no figure of a run{}", figure,
                           meant ? "; did you mean " + *meant + "?" : "")};
}

}  // namespace

std::optional<Nanoseconds> short_time_from(std::string_view text) {
  for (const Unit& unit : units) {
    if (!text.ends_with(unit.suffix)) continue;
    const auto value = number_from(text.substr(0, text.size() - unit.suffix.size()));
    if (!value || *value < 0 || *value * unit.nanoseconds > 1e18) continue;
    return Nanoseconds(std::llround(*value * unit.nanoseconds));
  }
  return std::nullopt;
}

std::string to_short_text(Nanoseconds time) {
  const auto value = static_cast<double>(time.count());
  if (value == 0) return "0ms";
  const std::size_t unit = value < 1e6 ? 0 : value < 1e9 ? 1 : value < 120e9 ? 2 : 3;
  return fmt::format("{:.3g}{}", value / units[unit].nanoseconds, units[unit].suffix);
}

Result<Threshold> Threshold::parse(std::string_view text) {
  const auto words = words_of(text);
  if (words.size() != 3 && !(words.size() == 5 && words[3] == "during")) {
    return Error{R"(must be like "accept.p99 < 15ms" or "accept.p99 < 15ms during 10s..20s")"};
  }
  Threshold threshold;
  threshold.text_ = text;
  if (auto read = threshold.read_figure(words[0]); !read) return read.error();
  const auto comparison = place_of(comparison_texts, words[1]);
  if (!comparison) return Error{fmt::format("{} is none of < <= > >= == !=", words[1])};
  threshold.comparison_ = static_cast<Comparison>(*comparison);
  threshold.bound_text_ = words[2];
  const bool is_time =
      threshold.source_ == Source::time && threshold.statistic_ != Statistic::count;
  if (is_time) {
    const auto time = short_time_from(words[2]);
    if (!time) return Error{fmt::format("{} is no time like 15ms", words[2])};
    threshold.bound_ = static_cast<double>(time->count());
  } else {
    const auto number = number_from(words[2]);
    if (!number) return Error{fmt::format("{} is no number", words[2])};
    threshold.bound_ = *number;
  }
  const bool never = (threshold.comparison_ == Comparison::less && threshold.bound_ <= 0) ||
                     (threshold.comparison_ != Comparison::not_equal &&
                      threshold.comparison_ != Comparison::more &&
                      threshold.comparison_ != Comparison::at_least && threshold.bound_ < 0);
  if (never) return Error{"can never be met: no figure is below zero"};
  if (words.size() == 3) return threshold;

  const std::size_t dots = words[4].find("..");
  const auto from = short_time_from(words[4].substr(0, dots));
  const auto to =
      dots == std::string_view::npos ? std::nullopt : short_time_from(words[4].substr(dots + 2));
  if (!from || !to || *from >= *to) {
    return Error{fmt::format("{} is no part of the run like 10s..20s", words[4])};
  }
  if (!threshold.is_kept_over_time()) {
    return Error{
        fmt::format("{} is not kept over time: a part of the run can be asked of accept, "
                    "arrivals, accepted, overloaded, failed and rate",
                    words[0])};
  }
  threshold.from_ = from;
  threshold.to_ = *to;
  return threshold;
}

Result<void> Threshold::read_figure(std::string_view figure) {
  figure_ = figure;
  const std::size_t dot = figure.find('.');
  if (dot != std::string_view::npos) {
    const auto measure = place_of(measure_names, figure.substr(0, dot));
    if (!measure) return unknown_figure(figure);
    source_ = Source::time;
    index_ = *measure;
    return read_statistic(figure.substr(dot + 1));
  }
  if (figure == "errors" || figure == "failed") {
    source_ = Source::errors;
  } else if (figure == "error_share") {
    source_ = Source::error_share;
  } else if (figure == "rate") {
    source_ = Source::rate;
  } else if (const auto audit = place_of(audit_names, figure)) {
    source_ = Source::audit;
    index_ = *audit;
  } else if (const auto count = place_of(count_names, figure)) {
    source_ = Source::count;
    index_ = *count;
  } else {
    return unknown_figure(figure);
  }
  return {};
}

Result<void> Threshold::read_statistic(std::string_view statistic) {
  constexpr std::array<std::string_view, 4> names = {"min", "max", "mean", "count"};
  if (const auto place = place_of(names, statistic)) {
    statistic_ = static_cast<Statistic>(*place + 1);
    return {};
  }
  const auto percent = statistic.starts_with('p') ? number_from(statistic.substr(1)) : std::nullopt;
  if (!percent || *percent < 0 || *percent > 100) {
    return Error{fmt::format("{} is none of p0 to p100, min, max, mean, count", statistic)};
  }
  quantile_ = *percent / 100;
  return {};
}

bool Threshold::is_kept_over_time() const {
  if (source_ == Source::time) return index_ == static_cast<std::size_t>(Measure::accept);
  return source_ == Source::rate || place_of(kept_counts, figure_).has_value();
}

Threshold Threshold::during(Nanoseconds from, Nanoseconds to) const {
  Threshold part = *this;
  part.from_ = from;
  part.to_ = to;
  return part;
}

Threshold Threshold::shortened(double share) const {
  if (!from_) return *this;
  const auto shorten = [share](Nanoseconds time) {
    return Nanoseconds(std::llround(static_cast<double>(time.count()) * share));
  };
  return during(shorten(*from_), shorten(to_));
}

}  // namespace spillway::loadtest
