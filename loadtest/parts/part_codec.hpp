// A part's measurements between machines: CBOR, histograms as their buckets.
#pragma once

#include <optional>

#include <nlohmann/json_fwd.hpp>

#include "loadtest/parts/load_part.hpp"

namespace spillway::loadtest {

nlohmann::json part_to_json(const PartResult& part);
// Nothing when a member is missing or wrong: what comes over a wire may be anything.
std::optional<PartResult> part_from_json(const nlohmann::json& json);

nlohmann::json progress_to_json(const Progress& progress);
std::optional<Progress> progress_from_json(const nlohmann::json& json);

}  // namespace spillway::loadtest
