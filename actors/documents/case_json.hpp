// The documents of /v1/cases, on the side that writes them and on that of the command that reads
// them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actors/configuration/configuration.hpp"
#include "actors/messages/cases.hpp"
#include "actors/services/unserved.hpp"
#include "engine/base/result.hpp"

namespace spillway::actors {

struct ShownCase {
  const OpenCase* open = nullptr;
  std::string name;
  std::string order_code;
  std::optional<Received> received{};     // nothing: its record cannot be read
  std::optional<WhyUnserved> unserved{};  // nothing: an attempt could not be settled
};

// `more`: there are cases behind these.
std::string cases_json(const Configuration& configuration, const std::vector<ShownCase>& cases,
                       bool more);

struct ResolvedCase {
  std::string_view name;
  std::string_view order_code;
  std::string_view outcome;
  Status status{};  // of the order
};
std::string case_resolved_json(const ResolvedCase& resolved);

// For people. The error: the document is not that of a Spillway system.
Result<std::string> cases_text(std::string_view json);
Result<std::string> case_resolved_text(std::string_view json);
// Where the next page begins; empty: there is none.
Result<std::string> cases_next(std::string_view json);

}  // namespace spillway::actors
