#include "loadtest/run/display.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <unistd.h>

#include "loadtest/scenario/thresholds.hpp"

namespace spillway::loadtest {
namespace {

constexpr std::size_t chart_width = 60;

std::string chart_of(const std::vector<double>& values) {
  constexpr std::string_view bars[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  const double most = values.empty() ? 0 : *std::max_element(values.begin(), values.end());
  std::string chart;
  for (const double value : values) {
    const auto height = most <= 0 ? 0 : static_cast<std::size_t>(value / most * 8 + 0.5);
    chart += bars[std::min<std::size_t>(height, 8)];
  }
  return chart;
}

std::string bar_of(double share) {
  constexpr std::size_t width = 40;
  const auto filled = static_cast<std::size_t>(std::clamp(share, 0.0, 1.0) * width);
  std::string bar;
  for (std::size_t i = 0; i < width; ++i) bar += i < filled ? "━" : "─";
  return bar;
}

// What each node answered in the last second.
std::string nodes_text(const Series& nodes) {
  if (nodes.names.empty()) return "";
  const Series grown = nodes.growth();
  std::string text = "  nodes";
  for (std::size_t i = 0; i < grown.names.size(); ++i) {
    text += fmt::format("  {} {:.0f}/s", grown.names[i], grown.samples.back().values[i]);
  }
  return text;
}

}  // namespace

Display::Display() : terminal_(::isatty(STDERR_FILENO) != 0) {}

void Display::clear() {
  if (lines_ > 0) fmt::print(stderr, "\x1b[{}A\x1b[J", lines_);
  lines_ = 0;
}

void Display::began(const std::string& name, Nanoseconds duration) {
  duration_ = duration;
  rates_.clear();
  last_ = {};
  last_at_ = {};
  say(fmt::format("{}: arrivals for {}", name, to_short_text(duration)));
}

void Display::say(const std::string& sentence) {
  if (terminal_) clear();
  fmt::print(stderr, "{}\n", sentence);
  std::fflush(stderr);
}

void Display::show(Nanoseconds at, double planned_rate, const Progress& progress,
                   const std::vector<std::pair<std::string, double>>& queues, const Series& nodes) {
  const double seconds = std::max(1e-3, std::chrono::duration<double>(at - last_at_).count());
  const auto rate = [&](Count what) {
    return static_cast<double>(progress.count(what) - last_.count(what)) / seconds;
  };
  std::uint64_t failed = 0;
  for (const Count kind : {Count::closed, Count::timed_out, Count::garbage, Count::wrong_status}) {
    failed += progress.count(kind);
  }
  rates_.push_back(rate(Count::accepted));
  if (rates_.size() > chart_width) rates_.erase(rates_.begin());
  std::string waiting;
  for (const auto& [name, length] : queues) {
    if (length > 0) waiting += fmt::format("  {} {:.0f}", name, length);
  }
  const std::string spilt = nodes_text(nodes);
  if (!terminal_) {
    fmt::print(stderr,
               "{:6.1f}s planned {:.0f}/s accepted {:.0f}/s 503 {:.0f}/s failed {} p50 {} p99 {}"
               "{}{}{}\n",
               std::chrono::duration<double>(at).count(), planned_rate, rate(Count::accepted),
               rate(Count::overloaded), failed, to_short_text(progress.accept_p50),
               to_short_text(progress.accept_p99), waiting.empty() ? "" : " waiting", waiting,
               spilt);
  } else {
    clear();
    const double share = std::chrono::duration<double>(at).count() /
                         std::max(1e-9, std::chrono::duration<double>(duration_).count());
    fmt::print(stderr, "  {} {:5.1f}s of {}\n", bar_of(share),
               std::chrono::duration<double>(at).count(), to_short_text(duration_));
    fmt::print(stderr,
               "  planned  {:>9.0f}/s   accepted {:>9.0f}/s   503 {:>7.0f}/s   under way {}\n",
               planned_rate, rate(Count::accepted), rate(Count::overloaded), progress.busy);
    fmt::print(stderr, "  p50      {:>9}     p99      {:>9}     accepted in all {}   failed {}\n",
               to_short_text(progress.accept_p50), to_short_text(progress.accept_p99),
               progress.count(Count::accepted), failed);
    fmt::print(stderr, "  {}\n", chart_of(rates_));
    fmt::print(stderr, " {}\n", waiting.empty() ? " nothing waits" : waiting);
    lines_ = 5;
    if (!spilt.empty()) {
      fmt::print(stderr, " {}\n", spilt);
      ++lines_;
    }
  }
  std::fflush(stderr);
  last_ = progress;
  last_at_ = at;
}

void Display::ended() {
  lines_ = 0;
}

}  // namespace spillway::loadtest
