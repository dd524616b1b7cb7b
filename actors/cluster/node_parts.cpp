#include "actors/cluster/node_parts.hpp"

#include <algorithm>

#include "engine/sharing/limits.hpp"

namespace spillway::actors {

bool NodeLine::can_send() const {
  return metrics.line_up.value() == 1;
}

std::uint64_t NodeLine::per_second() const {
  if (!can_send() || metrics.rate_waited_for.value() == 1) return 0;
  const auto permitted = static_cast<std::uint64_t>(metrics.rate_millihertz.value()) / 1'000;
  if (metrics.rate_millihertz.value() > 0) return std::max<std::uint64_t>(permitted, 1);
  const std::uint64_t measured = drained_per_second.load(std::memory_order_relaxed);
  return measured > 0 ? measured : limits::node_unpaced_per_second;
}

void SystemTable::extend(SystemId system, MonotonicTime until) {
  until_.at(system.value).store(until.time_since_epoch().count(), std::memory_order_relaxed);
}

bool SystemTable::holds(SystemId system, MonotonicTime now) const {
  return system.value < until_.size() &&
         now.time_since_epoch().count() < until_[system.value].load(std::memory_order_relaxed);
}

void SystemTable::name(SystemId system, SystemLinkActor link) {
  const std::lock_guard guard(mutex_);
  links_.at(system.value) = std::move(link);
}

SystemLinkActor SystemTable::link_of(SystemId system) const {
  const std::lock_guard guard(mutex_);
  return system.value < links_.size() ? links_[system.value] : SystemLinkActor();
}

}  // namespace spillway::actors
