// GET /v1/orders: what is asked, and from which place on.
#include "net/api/common/list_query.hpp"
#include "net/api/routing/order_api_parts.hpp"
#include "net/http/problem.hpp"

namespace spillway::net {

void OrderApi::list(const Call& call) {
  const auto filter = read_list_query(call.request.query, options_.codes);
  if (!filter) {
    return call.loop.writer.write_problem(call.ticket, 400, filter.error().message);
  }
  // 0: from the newest.
  if (options_.was_given && filter->before.value != 0 &&
      !options_.was_given(RecordNumber{filter->before.value}))
    return call.loop.writer.write_refusal(
        call.ticket,
        {400,
         "\"after\" is no order of this system. It may be from before the system was restored from "
         "a copy: what came after the copy is lost.",
         {}},
        unknown_place.name, unknown_place.title);
  backend_.list(call.shop(), *filter, call.ticket);
  call.loop.handed_over = true;
}

}  // namespace spillway::net
