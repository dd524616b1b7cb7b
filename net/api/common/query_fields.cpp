#include "net/api/common/query_fields.hpp"

#include <algorithm>
#include <charconv>
#include <set>

#include "engine/order/limits.hpp"
#include "net/api/common/list_query.hpp"

namespace spillway::net {

Result<QueryFields> read_query_fields(std::string_view query,
                                      std::span<const std::string_view> names) {
  QueryFields fields;
  std::set<std::string_view> seen;
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const std::string_view name = pair.substr(0, equals);
    if (std::ranges::find(names, name) == names.end()) return unknown_parameter(name);
    if (!seen.insert(name).second) return Error{"\"" + std::string(name) + "\" stands twice."};
    auto value = percent_decoded(pair.substr(std::min(equals + 1, pair.size())));
    if (!value) return Error{"\"" + std::string(name) + "\" holds a broken escape."};
    if (!value->empty()) fields.emplace(name, std::move(*value));
  }
  return fields;
}

Result<std::size_t> read_page_limit(const QueryFields& fields) {
  const auto found = fields.find("limit");
  if (found == fields.end()) return limits::list_page_default;
  const std::string& value = found->second;
  std::size_t limit = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), limit);
  if (error != std::errc{} || end != value.data() + value.size() || limit < 1 ||
      limit > limits::list_page_max)
    return Error{"\"limit\" must be from 1 to " + std::to_string(limits::list_page_max) + "."};
  return limit;
}

}  // namespace spillway::net
