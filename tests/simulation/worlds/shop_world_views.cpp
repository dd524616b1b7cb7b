// What shops are shown of their orders.
#include <algorithm>

#include "actors/orders/query_desk.hpp"
#include "tests/simulation/worlds/shop_world.hpp"

namespace spillway::simulation {

// Who was answered 202 finds the order by its reference, at once.
void ShopWorld::take_list(const Question& question, const net::ApiAnswer& each) {
  if (const auto* refused = std::get_if<net::answers::Refused>(&each.answer)) {
    ++lists_refused;
    world_.expect(refused->content->refusal.status == 503 &&
                      world_.now() - question.asked_at >= actors::QueryDesk::wait_max,
                  "a list was refused before its time");
    return;
  }
  ++lists_shown;
  const auto* list = std::get_if<net::answers::Orders>(&each.answer);
  world_.expect(list && (has_left(question.order) ||
                         std::ranges::any_of(list->orders,
                                             [&](const net::OrderView& view) {
                                               return view.state.number == question.order;
                                             })),
                "a list does not hold an order that was answered with 202");
}

void ShopWorld::take_order(const Question& question, const net::OrderView& view) {
  Wish& wish = wishes_[question.wish];
  ++statuses_seen;
  world_.expect(view.state.amount.minor_units == wish.amount && view.state.shop == wish.shop,
                "a shop was shown another order than its own");
  world_.expect(
      view.received.urgency == wish.urgency && view.received.verdict_by == wish.verdict_by,
      "an order forgot how urgent it is");
  if (wish.promise) {
    std::optional<std::uint32_t> shown;
    if (view.received.expected_within)
      shown = static_cast<std::uint32_t>(view.received.expected_within->count());
    world_.expect(shown == *wish.promise, "an inquiry shows another promise than the 202");
  }
  // What a shop has seen of an order never becomes untrue.
  std::size_t& seen = history_seen_[view.state.number];
  world_.expect(view.state.history.size() >= seen,
                "order " + std::to_string(view.state.number.value) + " lost some of its history");
  seen = view.state.history.size();
  if (question.kind != Question::Kind::cancel) return;
  world_.expect(view.state.status == Status::cancelled || view.state.status == Status::cancelling,
                "a cancel was confirmed with another status");
  wish.cancel_confirmed = true;
}

}  // namespace spillway::simulation
