#include "engine/sharing/allotment.hpp"

#include <algorithm>

namespace spillway {

void Allotment::want(SystemId system, std::size_t use, std::size_t count) {
  wanted_[system].at(use) = count;
}

void Allotment::leave(SystemId system) {
  wanted_.erase(system);
}

std::size_t Allotment::wanted(std::size_t use) const {
  std::size_t sum = 0;
  for (const auto& [system, wants] : wanted_) sum += wants.at(use);
  return sum;
}

std::vector<Allotment::Part> Allotment::split(std::size_t use, std::size_t count) {
  std::vector<Part> parts;
  // Those that come after whoever was served last come first, so that single permits go round.
  for (const auto& [system, wants] : wanted_)
    if (wants.at(use) > 0) parts.push_back({system, 0});
  std::ranges::stable_partition(parts, [this](const Part& p) { return last_served_ < p.system; });

  // Water-filling: level after level, each gets the same until it has what it wants.
  std::size_t left = count;
  std::vector<Part*> thirsty;
  for (Part& part : parts) thirsty.push_back(&part);
  while (left > 0 && !thirsty.empty()) {
    const std::size_t level = std::max<std::size_t>(left / thirsty.size(), 1);
    for (Part* part : thirsty) {
      const std::size_t more = std::min({level, wanted_[part->system].at(use) - part->count, left});
      part->count += more;
      left -= more;
      if (more > 0) last_served_ = part->system;
    }
    std::erase_if(thirsty,
                  [&](const Part* part) { return part->count == wanted_[part->system].at(use); });
  }
  std::erase_if(parts, [](const Part& part) { return part.count == 0; });
  for (const Part& part : parts) wanted_[part.system].at(use) -= part.count;
  return parts;
}

}  // namespace spillway
