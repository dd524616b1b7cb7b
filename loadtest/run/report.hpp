// One HTML page from one result, or from two to compare: everything is inside it, so that it opens
// without a network and can be sent to somebody.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "engine/base/result.hpp"

namespace spillway::loadtest {

// One or two results, as to_json gave them.
std::string report_html(const std::vector<nlohmann::ordered_json>& results);

// A result's file. The error says what is wrong with it.
Result<nlohmann::ordered_json> read_result(const std::string& file);

// The figures of two runs beside each other, for a terminal.
std::string compare_text(const nlohmann::ordered_json& before, const nlohmann::ordered_json& after);

}  // namespace spillway::loadtest
