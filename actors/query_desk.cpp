#include "actors/query_desk.hpp"

#include <variant>

namespace spillway::actors {

auto QueryDesk::make_behavior() -> behavior_type {
  return {
      [this](const ListOrders& message) { list(message); },
  };
}

void QueryDesk::list(const ListOrders& message) {
  const net::OrderFilter& filter = message.filter;
  const storage::ListPage page = services_.views.list(
      {message.shop, filter.status, filter.reference, filter.before, filter.limit});
  net::answers::Orders answer;
  answer.next_before = page.next_before;
  answer.orders.reserve(page.orders.size());
  for (const OrderNumber number : page.orders) {
    auto row = services_.views.order(number);
    const auto stored = services_.journal.read(RecordNumber{number.value});
    if (!row || !stored) continue;  // it has left the journal since the page was read
    SPILLWAY_CHECK(std::holds_alternative<Received>(stored->event.fact),
                   "a list names an order that does not exist");
    answer.orders.push_back(
        {std::get<Received>(stored->event.fact), stored->event.at, std::move(row->state)});
  }
  std::vector<net::ApiAnswer> answers;
  answers.push_back({message.ticket, std::move(answer)});
  services_.api.answer(std::move(answers));
}

}  // namespace spillway::actors
