#include "net/api/common/query_fields.hpp"

#include <algorithm>
#include <charconv>
#include <set>

#include "engine/order/limits.hpp"
#include "net/api/common/list_query.hpp"

namespace spillway::net {

namespace {

// Only what looks like a name is said back to the client: digits could be a card's.
Error unknown_field(std::string_view name) {
  constexpr std::size_t name_max = 32;
  const bool sayable =
      !name.empty() && name.size() <= name_max && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
      });
  return Error{sayable ? "There is no parameter \"" + std::string(name) + "\"."
                       : "There is an unknown parameter."};
}

}  // namespace

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
    if (std::ranges::find(names, name) == names.end()) return unknown_field(name);
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
