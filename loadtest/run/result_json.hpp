// The result of a run as JSON: what is kept, compared and drawn. docs/loadtest.md names its
// members.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "loadtest/run/run.hpp"

namespace spillway::loadtest {

nlohmann::ordered_json to_json(const RunOutcome& outcome);

// The processor, its cores, memory, kernel: what a figure depends on.
nlohmann::ordered_json this_machine();

// A few lines for a person: verdict, thresholds, audit.
std::string summary_of(const RunOutcome& outcome);

}  // namespace spillway::loadtest
