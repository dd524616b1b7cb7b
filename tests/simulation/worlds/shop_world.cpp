#include "tests/simulation/worlds/shop_world.hpp"

#include <algorithm>
#include <cstring>

namespace spillway::simulation {

SealedCard PlainSeal::seal(const CardDetails&, ShopId) const {
  SealedCard sealed;
  std::memcpy(sealed.bytes.data(), &amount_of_next, sizeof(amount_of_next));
  return sealed;
}

bool card_belongs(const SealedCard& card, const Money& amount) {
  std::int64_t sealed = 0;
  std::memcpy(&sealed, card.bytes.data(), sizeof(sealed));
  return sealed == amount.minor_units;
}

ShopWorld::ShopWorld(World& world, const actors::Configuration& configuration, MemberWorld& members)
    : world_(world), members_(members) {
  for (const auto& shop : configuration.shops) shops_.push_back(shop.id);
  open_orders_max_ = configuration.shops.front().limits.open_orders;
  orders_stay_ = configuration.retention.closed_orders;
}

void ShopWorld::count_open_orders(storage::Recovered& recovered) {
  gate_ = std::make_unique<ShopGate>();
  gate_->set_limits({.open_orders = open_orders_max_});
  if (open_orders_max_ == 0) return;
  for (auto& [relay, orders] : recovered.waiting) {
    for (WaitingOrder& order : orders) {
      if (order.shop != shops_.front() || order.attempt.value != 0) continue;
      order.place = gate_.get();
      gate_->keep_place();
    }
  }
}

void ShopWorld::connect(net::OrderBackend* backend, actors::MemberGateway* members,
                        const PlainSeal* seal) {
  backend_ = backend;
  member_gateway_ = members;
  seal_ = seal;
  if (backend) ++life_;
  if (!backend) open_.clear();  // the connections are gone, and with them the answers
}

void ShopWorld::plan(std::size_t count, Duration over) {
  const bool burst = world_.chance(0.5);
  const Duration start = world_.between(0ms, over);
  for (std::size_t i = 0; i < count; ++i) {
    Wish wish;
    wish.shop = shops_[world_.pick(shops_.size())];
    wish.amount = static_cast<std::int64_t>(1000 + i);
    wish.company = world_.chance(0.5) ? CardCompany::visa : CardCompany::jcb;
    if (world_.chance(0.3)) {
      const MemberWorld::Member& member =
          members_.members()[world_.pick(members_.members().size())];
      wish.shop = member.shop;
      wish.member = member.number;
    }
    if (world_.chance(0.7)) wish.key = "key-" + std::to_string(i);
    wish.body = "order " + std::to_string(i);
    if (world_.chance(0.2)) wish.urgency = Urgency::high;
    if (world_.chance(0.3)) wish.verdict_by = world_.civil_now() + world_.between(0s, 300s);
    wishes_.push_back(wish);
    const Duration at = burst ? start + world_.between(0ms, 20ms) : world_.between(0ms, over);
    world_.after(at, [this, i] { place(i, false); });
  }
  for (std::size_t i = 0; i < members_.members().size(); ++i)
    if (world_.chance(0.3))
      world_.after(world_.between(0ms, 2 * over), [this, i] { close_account(i); });
}

std::size_t ShopWorld::order(Wish wish) {
  wish.shop = shops_.front();
  wish.body = "order " + std::to_string(wishes_.size());
  wish.alone = true;
  wishes_.push_back(std::move(wish));
  place(wishes_.size() - 1, false);
  return wishes_.size() - 1;
}

void ShopWorld::cancel(OrderNumber order) {
  const auto wish =
      std::ranges::find_if(wishes_, [order](const Wish& w) { return w.orders.contains(order); });
  const auto index = static_cast<std::size_t>(wish - wishes_.begin());
  backend_->cancel(shops_.front(), order, ask({index, Question::Kind::cancel}));
}

void ShopWorld::close_account(std::size_t index) {
  MemberWorld::Member& member = members_.members()[index];
  if (member.closed) return;
  // Until it is answered, tried again.
  world_.after(world_.between(1s, 10s), [this, index] { close_account(index); });
  if (!backend_) return;
  member.closing = true;
  net::ControlRequest request;
  request.route = net::RouteId::member;
  request.method = net::HttpMethod::delete_;
  request.names = {member.number};
  request.shop = member.shop;
  request.ticket = ask({index, Question::Kind::closing});
  member_gateway_->handle(std::move(request));
}

void ShopWorld::take_closed(std::size_t index, const net::ApiAnswer& each) {
  MemberWorld::Member& member = members_.members()[index];
  // Not found: the answer to an earlier try was lost.
  const auto* document = std::get_if<net::answers::Document>(&each.answer);
  world_.expect(document ? document->content->status == 204
                         : std::holds_alternative<net::answers::Refused>(each.answer),
                "closing an account was answered with something else");
  member.closed = true;
  world_.note("member " + std::to_string(member.id.value) + " is gone");
  world_.expect(!members_.keys().has(member.id), "a closed account's key is still there");
}

net::Ticket ShopWorld::ask(Question question) {
  const std::uint64_t connection = next_connection_++;
  open_[connection] = question;
  return {0, 1, connection};
}

bool ShopWorld::key_may_be_gone(std::size_t index) {
  const FirstPlaced& first =
      first_placed_.try_emplace(index, FirstPlaced{world_.now(), life_}).first->second;
  return orders_stay_ && first.life != life_ && world_.now() - first.at >= *orders_stay_;
}

void ShopWorld::place(std::size_t index, bool other_body) {
  const Wish& wish = wishes_[index];
  if (!backend_) {  // connection refused: a shop tries again
    world_.after(world_.between(10ms, 2s), [this, index, other_body] { place(index, other_body); });
    return;
  }
  if (key_may_be_gone(index)) return;
  const std::string body = other_body ? wish.body + "!" : wish.body;
  net::OrderRequest request;
  request.shop = wish.shop;
  request.reference = wish.body;
  request.buyer_name = "Hanako Sato";
  request.buyer_email = "hanako@example.jp";
  request.items = {{"SHOE-42", "Leather shoes", 1, wish.amount}};
  request.amount = {wish.amount, {392}};
  request.company = wish.company;
  request.card.number = *CardNumber::from(wish.card);
  request.card.expiry = {2030, 12};
  request.urgency = wish.urgency;
  request.verdict_by = wish.verdict_by;
  request.idempotency_key = wish.key;
  request.body = body;
  if (wish.shop == shops_.front() && open_orders_max_ != 0) request.place = gate_.get();
  seal_->amount_of_next = wish.amount;
  net::OrderMember member;
  if (!wish.member.empty()) {
    auto found = member_gateway_->find(wish.shop, wish.member, true, {2026, 1});
    const bool is_gone = members_.find(wish.member)->closing;
    world_.expect(found || is_gone, "a member is not known any more");
    if (!found) return place_in_vain(index, request, std::move(found.error()), other_body);
    world_.expect(!members_.find(wish.member)->closed, "a member who has gone still orders");
    member = std::move(*found);
    request.member = member.number.view();
    request.buyer_name = request.buyer_email = {};
    request.registered_card = &*member.card;
  }
  backend_->accept(request, ask({index, Question::Kind::order, other_body}));
  if (world_.chance(0.7)) backend_->flush(0);
  world_.after(1ms, [this] {
    if (backend_) backend_->flush(0);
  });
  // A shop that hears nothing, or is just nervous, sends the same again.
  // Not for ever: each repeat may be repeated, and a window may be shut for a day.
  if (world_.faults && !wish.alone && !wish.key.empty() && !other_body && world_.chance(0.3))
    world_.after(world_.between(0ms, 30s), [this, index] { place(index, world_.chance(0.2)); });
}

// The member has gone. What was accepted of him before is answered as it was, all the same.
void ShopWorld::place_in_vain(std::size_t index, const net::OrderRequest& request,
                              net::FieldError error, bool other_body) {
  if (request.idempotency_key.empty()) return;
  backend_->refuse_unless_repeated(request, {422, "", {std::move(error)}},
                                   ask({index, Question::Kind::order, other_body}));
}

void ShopWorld::answer(std::vector<net::ApiAnswer> batch) {
  if (!backend_) return;
  for (const net::ApiAnswer& each : batch) {
    const auto found = open_.find(each.ticket.connection);
    if (found == open_.end()) {
      world_.expect(false, "a request was answered twice");
      continue;
    }
    const Question question = found->second;
    open_.erase(found);
    take(question, each);
  }
}

void ShopWorld::take(const Question& question, const net::ApiAnswer& each) {
  if (question.kind == Question::Kind::late_approval) return;
  if (question.kind == Question::Kind::closing) return take_closed(question.wish, each);
  if (question.kind == Question::Kind::list) return take_list(question, each);
  Wish& wish = wishes_[question.wish];
  if (const auto* accepted = std::get_if<net::answers::Accepted>(&each.answer)) {
    take_accepted(question, *accepted);
  } else if (const auto* order = std::get_if<net::answers::Order>(&each.answer)) {
    take_order(question, *order->view);
  } else if (std::holds_alternative<net::answers::Full>(each.answer) ||
             std::holds_alternative<net::answers::NoPlace>(each.answer)) {
    world_.after(world_.faults ? world_.between(1s, 5s) : world_.between(1min, 2min),
                 [this, question] { place(question.wish, question.other_body); });
  } else if (std::holds_alternative<net::answers::OtherBody>(each.answer)) {
    world_.expect(!wish.key.empty(), "a body was compared without an idempotency key");
  } else if (std::holds_alternative<net::answers::Refused>(each.answer)) {
    world_.expect(wish.orders.empty(), "the repeat of an accepted order was refused");
  } else if (const auto* not_found = std::get_if<net::answers::NotFound>(&each.answer)) {
    ++asked_in_vain;
    world_.expect(not_found->removed && std::ranges::any_of(wish.orders, has_left),
                  "an order that was accepted is not found");
  } else if (std::holds_alternative<net::answers::InFlight>(each.answer)) {
    world_.expect(!wish.key.empty(), "an order without a key is in flight twice");
    world_.after(world_.between(100ms, 2s),
                 [this, question] { place(question.wish, question.other_body); });
  }
}

void ShopWorld::take_accepted(const Question& question, const net::answers::Accepted& accepted) {
  Wish& wish = wishes_[question.wish];
  // Two bodies under one key: whichever came first is the order, and stays it.
  wish.orders.insert(accepted.order);
  if (!wish.key.empty())
    world_.expect(wish.orders.size() == 1, "one idempotency key led to two orders");
  if (accepted.replayed && has_left(accepted.order)) {
    ++repeats_of_removed;  // nobody remembers what it was promised
  } else if (!wish.key.empty()) {
    world_.expect(wish.promise.value_or(accepted.expected_within_ms) == accepted.expected_within_ms,
                  "a repeat was promised something else");
    wish.promise = accepted.expected_within_ms;
  }
  if (!accepted.replayed && !wish.alone) follow_up(question.wish, accepted.order);
}

void ShopWorld::follow_up(std::size_t index, OrderNumber order) {
  const ShopId shop = wishes_[index].shop;
  const auto later = [&](double probability, Duration most, auto act) {
    if (!world_.chance(probability)) return;
    world_.after(world_.between(0ms, most), [this, act] {
      if (backend_) act();
    });
  };
  // Also when it has left.
  const Duration longest = orders_stay_ ? 3 * *orders_stay_ : Duration(60s);
  const Duration most = world_.chance(0.5) ? Duration(200ms) : longest;
  later(0.3, most, [this, index, shop, order] {
    backend_->inquire(shop, order, ask({index, Question::Kind::inquiry}));
  });
  const bool twice = world_.chance(0.3);
  later(0.2, most, [this, index, shop, order, twice] {
    backend_->cancel(shop, order, ask({index, Question::Kind::cancel}));
    if (twice) backend_->cancel(shop, order, ask({index, Question::Kind::cancel}));
  });
  later(0.1, 120s, [this, index, shop, order] {
    backend_->approve(shop, order, world_.chance(0.5), "T12345",
                      ask({index, Question::Kind::approval}));
  });
  if (orders_stay_ && !wishes_[index].key.empty())
    later(0.2, longest, [this, index] { place(index, world_.chance(0.2)); });
  later(0.1, most, [this, index, shop, order] {
    backend_->list(shop, {std::nullopt, wishes_[index].body, {}, 10},
                   ask({index, Question::Kind::list, false, order, world_.now()}));
  });
}

void ShopWorld::approve_all(const std::vector<std::pair<ShopId, OrderNumber>>& orders) {
  for (const auto& [shop, order] : orders)
    backend_->approve(shop, order, world_.chance(0.7), "T12345",
                      ask({0, Question::Kind::late_approval}));
}

}  // namespace spillway::simulation
