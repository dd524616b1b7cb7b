// A part of a run on another machine: what `spillway-load agent` does for a coordinator.
#pragma once

#include "loadtest/parts/load_part.hpp"

namespace spillway::loadtest {

// Connects to an agent and gives it its part of the plan. The error says which agent and why.
Result<std::unique_ptr<LoadPart>> open_remote_part(const std::string& address, const RunPlan& plan,
                                                   std::uint32_t share_index,
                                                   std::uint32_t share_count);

}  // namespace spillway::loadtest
