// Orders of all shops, for operators.
#include "net/api/common/list_query.hpp"
#include "net/api/routing/order_api_parts.hpp"

namespace spillway::net {

bool OrderApi::serve_operator(const Call& call) {
  const bool of_orders = call.path.route == ApiRoute::orders || call.path.route == ApiRoute::order;
  if (!of_orders || call.request.method == HttpMethod::post ||
      !options_.operators.authenticate(call.fields.authorization.value_or("")))
    return false;
  if (call.path.route == ApiRoute::orders) {
    auto search = read_order_search(call.request.query, options_.codes);
    if (search)
      backend_.search(std::move(*search), call.ticket);
    else
      call.loop.writer.write_problem(call.ticket, 400, search.error().message);
  } else if (const auto order = options_.codes.decode(call.path.order)) {
    backend_.tell(*order, call.ticket);
  } else {
    call.loop.writer.write_problem(call.ticket, 404, "There is no such order.");
  }
  return true;
}

}  // namespace spillway::net
