// The query of GET /v1/orders: ?status=&reference=&after=&limit=, and with an operator's key also
// &shop=&member=&email=&from=&to=&amount=
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/base/result.hpp"
#include "engine/order/order_code.hpp"
#include "net/api/common/order_backend.hpp"

namespace spillway::net {

// A component of a query with its escapes resolved: "%2F" is '/', '+' is a space, as forms send it.
// Nothing for a broken escape.
std::optional<std::string> percent_decoded(std::string_view text);

// An empty value counts as absent. The error names the parameter that is wrong: unknown ones and
// doubled ones are.
Result<OrderFilter> read_list_query(std::string_view query, const OrderCodes& codes);

// The same of an operator's. Times as timestamp_from takes them.
Result<OrderSearch> read_order_search(std::string_view query, const OrderCodes& codes);

// The query of a list whose entries are numbered, like GET /v1/audit: ?after=&limit=
struct NumberedPage {
  std::uint64_t after = 0;
  std::size_t limit = 0;
};
Result<NumberedPage> read_numbered_page(std::string_view query);

// Only what looks like a name is said back to the client: digits could be a card's.
Error unknown_parameter(std::string_view name);

}  // namespace spillway::net
