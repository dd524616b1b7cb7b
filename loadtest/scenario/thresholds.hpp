// What a run must reach: "accept.p99 < 15ms", "lost == 0", "accept.max < 2s during 10s..20s".
//
//   threshold = figure operator value [ "during" time ".." time ]
//   figure    = measure "." statistic | count | derived
//   measure   = a name of measurements.hpp: accept | service | outcome | lag …
//   statistic = p0 to p100, with decimals too | min | max | mean | count
//   count     = a name of measurements.hpp: accepted | overloaded | timed_out …
//   derived   = errors | failed | error_share | rate | a figure of the audit: lost | twice …
//   operator  = < | <= | > | >= | == | !=
//   value     = a number; of a measure a time: 15ms, 1.5s, 200us
//
// A window can be asked of accept, arrivals, accepted, overloaded, failed and rate: those are kept
// over time, in windows of a second or more.
//
// Pure code. Threads: immutable once read.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/result.hpp"
#include "loadtest/base/measurements.hpp"

namespace spillway::loadtest {

// What the audit adds to what was measured.
struct AuditFigures {
  bool audited = false;
  std::uint64_t lost = 0;           // acknowledged and not in the books, or without an outcome
  std::uint64_t twice = 0;          // with two outcomes or two entries
  std::uint64_t unexplained = 0;    // in the books otherwise than what was told
  std::uint64_t charged_twice = 0;  // with more than one live authorization at a time
  std::uint64_t untold = 0;         // outcomes of which no event came
  std::uint64_t uncalled = 0;       // no webhook
  std::uint64_t unmailed = 0;       // no mail
};

struct Figures {
  const Measurements& measured;
  AuditFigures audit;
  Nanoseconds duration{};  // of the arrivals
};

enum class Comparison : std::uint8_t { less, at_most, more, at_least, equal, not_equal };
constexpr std::array<std::string_view, 6> comparison_texts = {"<", "<=", ">", ">=", "==", "!="};

class Threshold {
 public:
  struct Verdict {
    bool met = false;
    double value = 0;      // what was found; milliseconds of a time
    std::string sentence;  // "accept.p99 is 23.4ms, not < 15ms"
  };

  static Result<Threshold> parse(std::string_view text);

  const std::string& text() const { return text_; }
  bool needs_audit() const { return source_ == Source::audit; }
  bool has_window() const { return from_.has_value(); }
  Nanoseconds window_end() const { return to_; }

  Verdict judge(const Figures& figures) const;
  // The same threshold for a part of the run; only of what is kept over time.
  Threshold during(Nanoseconds from, Nanoseconds to) const;
  bool is_kept_over_time() const;
  // With its part of the run at `share` of its times, in whole windows.
  Threshold shortened(double share) const;

 private:
  enum class Source : std::uint8_t { time, count, errors, error_share, rate, audit };
  enum class Statistic : std::uint8_t { quantile, min, max, mean, count };

  Threshold() = default;
  Result<void> read_figure(std::string_view figure);
  Result<void> read_statistic(std::string_view statistic);
  double value_of(const Figures& figures) const;
  double value_in_window(const Figures& figures) const;
  double statistic_of(const Histogram& times) const;

  std::string text_;
  std::string figure_;
  Source source_ = Source::count;
  std::size_t index_ = 0;  // of the measure, the count or the audit's figure
  Statistic statistic_ = Statistic::quantile;
  double quantile_ = 0;
  Comparison comparison_ = Comparison::less;
  double bound_ = 0;
  std::string bound_text_;
  std::optional<Nanoseconds> from_;
  Nanoseconds to_{};
};

// "15ms", "1.5s", "200us", "2m".
std::optional<Nanoseconds> short_time_from(std::string_view text);
// The same way back, with three digits that count: "23.4ms".
std::string to_short_text(Nanoseconds time);

}  // namespace spillway::loadtest
