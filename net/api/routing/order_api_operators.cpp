// Orders of all shops, for operators.
#include "net/api/common/list_query.hpp"
#include "net/api/routing/order_api_parts.hpp"

namespace spillway::net {

void OrderApi::search(const Call& call) {
  auto search = read_order_search(call.request.query, options_.codes);
  if (!search) return call.loop.writer.write_problem(call.ticket, 400, search.error().message);
  backend_.search(std::move(*search), call.ticket);
}

void OrderApi::tell(const Call& call, std::optional<OrderNumber> order) {
  if (!order) return call.loop.writer.write_problem(call.ticket, 404, "There is no such order.");
  backend_.tell(*order, call.ticket);
}

}  // namespace spillway::net
