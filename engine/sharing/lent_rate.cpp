#include "engine/sharing/lent_rate.hpp"

#include <algorithm>
#include <cmath>

namespace spillway {

namespace {

constexpr auto second = std::chrono::seconds(1);
constexpr double grain = 1e6;        // parts are multiples of a millionth
constexpr double at_its_part = 0.9;  // who sends this much of its part is held up by it

// What each of `wanted` gets of `total`: all the same where they want more than that.
std::vector<double> max_min_fair(double total, const std::vector<double>& wanted) {
  std::vector<double> parts(wanted.size(), 0);
  std::vector<std::size_t> order(wanted.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return wanted[i]; });
  for (std::size_t i = 0; i < order.size(); ++i) {
    const double level = total / static_cast<double>(order.size() - i);
    parts[order[i]] = std::min(wanted[order[i]], level);
    total -= parts[order[i]];
  }
  for (double& part : parts) part += total / static_cast<double>(parts.size());
  return parts;
}

}  // namespace

LentRate::LentRate(double per_second, MonotonicTime unknown_until)
    : per_second_(per_second), unknown_{per_second, unknown_until} {
  lines_[own].chosen = per_second;
  chosen_of_ = per_second;
}

double LentRate::Line::counted() const {
  double most = std::max(told, goes_by);
  for (const Peak& peak : peaks) most = std::max(most, peak.per_second);
  return most;
}

// Both the rate and what may be sent within one second, which is whole, are kept to.
double LentRate::free_beside(const Line& line) const {
  double rate = per_second_ - unknown_.per_second;
  double in_a_second = std::ceil(per_second_) - std::ceil(unknown_.per_second);
  for (const auto& [holder, other] : lines_) {
    if (&other == &line) continue;
    rate -= other.counted();
    in_a_second -= std::ceil(other.counted());
  }
  return std::min(rate, in_a_second);
}

void LentRate::set_rate(double per_second) {
  per_second_ = per_second;
}

void LentRate::goes_by(Holder holder, double per_second, MonotonicTime now) {
  const auto found = lines_.find(holder);
  // Not what it was told last: on its way, or of an earlier one.
  if (found == lines_.end() || found->second.told != per_second) return;
  Line& line = found->second;
  if (line.goes_by > per_second) line.peaks.push_back({line.goes_by, now + second});
  line.goes_by = per_second;
}

void LentRate::gone(Holder holder, MonotonicTime now) {
  const auto found = lines_.find(holder);
  if (found == lines_.end()) return;
  Line& line = found->second;
  line.peaks.push_back({std::max(line.told, line.goes_by), now + second});
  line.chosen = line.told = line.goes_by = 0;
  line.gone = true;
}

std::map<LentRate::Holder, double> LentRate::fair_parts(std::span<const Need> needs,
                                                        bool waiting) const {
  std::vector<double> wanted;
  for (const Need& need : needs) {
    const auto line = lines_.find(need.holder);
    const double told = line == lines_.end() ? 0 : line->second.told;
    if (need.finishes)
      wanted.push_back(1);
    else if (waiting && need.used_per_second >= at_its_part * told)
      wanted.push_back(2 * told + 1);
    else
      wanted.push_back(1.25 * need.used_per_second + 1);
  }
  std::map<Holder, double> parts;
  double left = per_second_;
  const std::vector<double> fair = max_min_fair(per_second_, wanted);
  // The first keeps at least one a second, or all where there is not more, and gets what the others
  // leave: so at most one part is not of whole requests.
  for (std::size_t i = 1; i < needs.size(); ++i) {
    const double part =
        std::max(std::floor(std::min(needs[i].finishes ? 1 : fair[i], left - 1)), 0.0);
    parts[needs[i].holder] = part;
    left -= part;
  }
  if (!needs.empty()) parts[needs[0].holder] = std::floor(left * grain) / grain;
  return parts;
}

// As long as nobody is held up by its part who would get more, parts stay: what moves is of no use
// for more than a second.
bool LentRate::fits(std::span<const Need> needs, const std::map<Holder, double>& fair,
                    bool waiting) const {
  if (chosen_of_ != per_second_) return false;
  for (const auto& [holder, line] : lines_)
    if (line.chosen > 0 && !fair.contains(holder)) return false;
  return std::ranges::none_of(needs, [&](const Need& need) {
    const auto line = lines_.find(need.holder);
    const double chosen = line == lines_.end() ? 0 : line->second.chosen;
    const double part = fair.at(need.holder);
    const bool held_up =
        waiting && need.used_per_second >= at_its_part * chosen && part > 1.05 * chosen;
    return held_up || (chosen == 0) != (part == 0) || (need.finishes && chosen > part);
  });
}

void LentRate::choose(std::span<const Need> needs, bool waiting) {
  const std::map<Holder, double> fair = fair_parts(needs, waiting);
  if (fits(needs, fair, waiting)) return;
  chosen_of_ = per_second_;
  for (auto& [holder, line] : lines_) line.chosen = 0;
  for (const auto& [holder, part] : fair)
    if (const auto line = lines_.find(holder); line == lines_.end() || !line->second.gone)
      lines_[holder].chosen = part;
}

std::vector<LentRate::Part> LentRate::changes(MonotonicTime now) {
  forget(now);
  std::vector<Part> told;
  for (const bool raising : {false, true}) {
    for (auto& [holder, line] : lines_) {
      if (line.gone || line.tells() || line.chosen == line.told) continue;
      if ((line.chosen > line.told) != raising) continue;
      double part = line.chosen;
      if (raising) {
        // All of it or whole requests.
        const double free = free_beside(line);
        if (part > free) part = std::floor(free);
        if (part <= line.told) continue;
      }
      line.told = part;
      told.push_back({holder, part});
    }
  }
  return told;
}

void LentRate::forget(MonotonicTime now) {
  if (unknown_.until <= now) unknown_.per_second = 0;
  for (auto& [holder, line] : lines_)
    std::erase_if(line.peaks, [&](const Peak& peak) { return peak.until <= now; });
  std::erase_if(lines_, [](const auto& each) {
    const auto& [holder, line] = each;
    return holder != own && line.peaks.empty() && line.told == 0 && line.goes_by == 0 &&
           line.chosen == 0;
  });
}

bool LentRate::settled() const {
  return std::ranges::all_of(lines_, [](const auto& each) {
    return each.second.told == each.second.chosen && !each.second.tells() &&
           each.second.peaks.empty();
  });
}

}  // namespace spillway
