// The part of OrderApi that takes orders.
#include <algorithm>
#include <optional>
#include <utility>

#include "net/api/routing/order_api_parts.hpp"

namespace spillway::net {

bool OrderApi::enters(const Call& call, const ShopDirectory::Entry* shop) {
  // One with an idempotency key may be a repeat, which is answered even when nothing new is taken.
  const bool is_new = call.idempotency_key.empty();
  if (is_new && shop != nullptr && !shop->gate->has_place()) {
    backend_.count_no_place();
    call.loop.writer.write_no_place(call.ticket);
    return false;
  }
  if (shop != nullptr && shop->gate->has_rate()) {
    if (shop->gate->take(options_.monotonic())) {
      refuse(call, too_fast());
      return false;
    }
  }
  if (!is_new || !backend_.turn_away()) return true;
  call.loop.writer.write(ApiAnswer{call.ticket, answers::Full{}});
  return false;
}

void OrderApi::accept(Call& call) {
  if (call.fields.idempotency_key) {
    auto key = idempotency_key_of(*call.fields.idempotency_key);
    if (!key) return call.loop.writer.write_problem(call.ticket, 400, idempotency_key_must_be);
    call.idempotency_key = std::move(*key);
  }
  const ShopDirectory::Entry* const shop = call.loop.shops->find(call.shop());
  if (!enters(call, shop)) return;
  if (!check_content_type(call)) return;
  OrderRequestReader& reader = call.loop.order_reader;
  const CardExpiry this_month = month_of(options_.now());
  const auto read = reader.read(call.request.body, this_month);
  if (read) {
    OrderRequest& order = **read;
    name(call, order);
    order.place = shop != nullptr && shop->gate->limits_open_orders() ? shop->gate : nullptr;
    hand_over(call, order, shop, this_month);
  } else {
    refuse(call, read.error());
  }
  reader.wipe();
}

void OrderApi::name(const Call& call, OrderRequest& order) {
  order.shop = call.shop();
  order.idempotency_key = call.idempotency_key;
  const std::string_view as_sent = call.fields.idempotency_key.value_or("");
  if (as_sent != call.idempotency_key) order.idempotency_key_as_sent = as_sent;
  order.body = call.request.body;
  order.receipt = call.fields.prefers_receipt;
}

void OrderApi::refuse(const Call& call, Refusal refusal) {
  if (call.idempotency_key.empty()) return call.loop.writer.write_refusal(call.ticket, refusal);
  OrderRequest request;
  name(call, request);
  backend_.refuse_unless_repeated(request, std::move(refusal), call.ticket);
  call.loop.handed_over = true;
}

void OrderApi::hand_over(const Call& call, OrderRequest& order, const ShopDirectory::Entry* shop,
                         CardExpiry this_month) {
  OrderMember member;
  auto refusal =
      order.member.empty() ? check_guest(order, shop) : take_member(order, this_month, member);
  const CardCompany company =
      order.registered_card ? order.registered_card->card.company : order.company;
  if (!refusal && !takes(company)) {
    refusal = {422,
               "The order has a field that is wrong.",
               {{"/card/company", "cards of this company are not taken here"}}};
  }
  if (refusal) return refuse(call, std::move(*refusal));
  backend_.accept(order, call.ticket);
  call.loop.handed_over = true;
}

std::optional<Refusal> OrderApi::check_guest(const OrderRequest& order,
                                             const ShopDirectory::Entry* shop) {
  const auto guest = shop ? refuse_guest(shop->guest_limits, order.amount) : std::nullopt;
  if (!guest) return std::nullopt;
  return Refusal{422, "A guest cannot order this.", {{guest->pointer, guest->detail}}};
}

std::optional<Refusal> OrderApi::take_member(OrderRequest& order, CardExpiry this_month,
                                             OrderMember& member) const {
  const auto refuse = [](FieldError error) {
    return Refusal{422, "The order has a field that is wrong.", {std::move(error)}};
  };
  const bool wants_card = !order.has_card;
  if (options_.members) {
    auto found = options_.members->find(order.shop, order.member, wants_card, this_month);
    if (!found) return refuse(std::move(found.error()));
    member = std::move(*found);
  }
  if (wants_card && !member.card)
    return refuse({"/card", "a card is needed: no registered card for this member"});
  if (member.card) order.registered_card = &*member.card;
  if (!member.number.empty()) {
    // Who he is stands in his account, and goes with it.
    order.member = member.number.view();
    order.buyer_name = order.buyer_email = {};
  }
  return std::nullopt;
}

bool OrderApi::takes(CardCompany company) const {
  return options_.companies.empty() ||
         std::ranges::find(options_.companies, company) != options_.companies.end();
}

}  // namespace spillway::net
