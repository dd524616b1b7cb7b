// What a system of the cluster may be called: the same rule in certificates, in the configuration
// and on the command line. A name stands in log lines, metrics and file names as it is.
#pragma once

#include <string_view>

#include "engine/account/limits.hpp"

namespace spillway {

// How the rule is told to people.
constexpr std::string_view node_name_rule = "1 to 32 of a-z, 0-9 and -";
static_assert(limits::node_name_max == 32, "the rule is told as it is");

constexpr bool is_node_name(std::string_view text) {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789-";
  return !text.empty() && text.size() <= limits::node_name_max &&
         text.find_first_not_of(letters) == std::string_view::npos;
}

}  // namespace spillway
