#include "engine/sharing/sharing.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "engine/sharing/limits.hpp"

namespace spillway {

namespace {

struct ModeText {
  SharingMode mode;
  std::string_view text;
};
constexpr std::array<ModeText, 4> mode_texts{{{SharingMode::local, "local"},
                                              {SharingMode::remote, "remote"},
                                              {SharingMode::spill, "spill"},
                                              {SharingMode::shared, "shared"}}};

// How many may wait for this machine before others are asked.
std::size_t kept(const Sharing& sharing, const SharingView& view) {
  if (!view.line_up) return 0;
  std::size_t kept = view.ready;
  if (sharing.waiting_max > 0) kept = std::min(kept, static_cast<std::size_t>(sharing.waiting_max));
  if (sharing.wait_max > Duration::zero() && view.here_per_second > 0) {
    const double seconds = std::chrono::duration<double>(sharing.wait_max).count();
    kept = std::min(kept, static_cast<std::size_t>(view.here_per_second * seconds));
  }
  return kept;
}

std::size_t away_of_spill(const Sharing& sharing, const SharingView& view) {
  const std::size_t excess = view.ready - kept(sharing, view);
  return excess == 0 || sharing.only_excess ? excess : view.ready;
}

}  // namespace

std::string_view to_text(SharingMode mode) {
  for (const ModeText& each : mode_texts)
    if (each.mode == mode) return each.text;
  return "unknown";
}

std::optional<SharingMode> sharing_mode_from(std::string_view text) {
  for (const ModeText& each : mode_texts)
    if (each.text == text) return each.mode;
  return std::nullopt;
}

Shares share(const Sharing& sharing, const SharingView& view) {
  const bool nodes = view.nodes_per_second > 0;
  switch (sharing.mode) {
    case SharingMode::local:
      break;
    case SharingMode::remote:
      return {0, nodes ? view.ready : 0};
    case SharingMode::spill:
      return {view.ready, nodes ? away_of_spill(sharing, view) : 0};
    case SharingMode::shared: {
      if (!nodes) break;
      if (!view.line_up) return {0, view.ready};
      const double here = view.here_per_second > 0 ? view.here_per_second : view.nodes_per_second;
      const double part = view.nodes_per_second / (here + view.nodes_per_second);
      const auto away = static_cast<std::size_t>(std::ceil(static_cast<double>(view.ready) * part));
      return {view.ready - std::min(away, view.ready), std::min(away, view.ready)};
    }
  }
  return {view.ready, 0};
}

std::vector<std::size_t> spread(std::size_t count, std::span<const double> per_second) {
  std::vector<std::size_t> parts(per_second.size(), 0);
  const double sum = std::accumulate(per_second.begin(), per_second.end(), 0.0);
  if (sum <= 0) return parts;
  std::vector<std::pair<double, std::size_t>> remainders;
  std::size_t given = 0;
  for (std::size_t i = 0; i < per_second.size(); ++i) {
    if (per_second[i] <= 0) continue;
    const double part = static_cast<double>(count) * per_second[i] / sum;
    parts[i] = static_cast<std::size_t>(part);
    given += parts[i];
    remainders.emplace_back(part - std::floor(part), i);
  }
  std::ranges::sort(remainders, [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : a.second < b.second;
  });
  for (const auto& [remainder, i] : remainders) {
    if (given >= count) break;
    ++parts[i];
    ++given;
  }
  return parts;
}

void DrainRate::left(std::size_t count, bool waiting, MonotonicTime now) {
  if (waiting_) {
    elapsed_ += now - last_;
    count_ += count;
  }
  waiting_ = waiting;
  last_ = now;
  if (elapsed_ < limits::drain_measure_min || (count_ == 0 && elapsed_ < limits::drain_measure_max))
    return;
  const double measured =
      static_cast<double>(count_) / std::chrono::duration<double>(elapsed_).count();
  per_second_ = per_second_ > 0 ? (per_second_ + measured) / 2 : measured;
  elapsed_ = {};
  count_ = 0;
}

}  // namespace spillway
