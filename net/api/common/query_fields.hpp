// The query of a list: "?state=due&limit=20".
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "engine/base/result.hpp"
#include "engine/order/limits.hpp"

namespace spillway::net {

using QueryFields = std::map<std::string, std::string, std::less<>>;

// Those of `names` that are there, with their escapes resolved; an empty value counts as absent.
// The error names what is wrong: unknown and doubled ones, broken escapes.
Result<QueryFields> read_query_fields(std::string_view query,
                                      std::span<const std::string_view> names);

// "limit", from 1 to limits::list_page_max; without it limits::list_page_default.
Result<std::size_t> read_page_limit(const QueryFields& fields);

}  // namespace spillway::net
