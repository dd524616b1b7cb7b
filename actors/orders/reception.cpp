#include "actors/orders/reception.hpp"

#include "engine/order/limits.hpp"

namespace spillway::actors {
namespace {

std::optional<std::uint32_t> promise_of(const OrderTiming& timing) {
  const auto within = timing.expected_within();
  return within ? std::optional(static_cast<std::uint32_t>(within->count())) : std::nullopt;
}

}  // namespace

Reception::Reception(caf::actor_config& config, const Services& services, Peers& peers,
                     const std::vector<storage::KnownKey>& known_keys)
    : Actor(config),
      services_(services),
      peers_(peers),
      started_at_(services.now()),
      started_(monotonic()) {
  for (const storage::KnownKey& key : known_keys)
    idempotency_.confirm(key.mark, key.order, key.received_at);
}

auto Reception::make_behavior() -> behavior_type {
  return {
      [this](ReceiveOrders& message) { receive(message); },
      [this](const RefuseUnlessRepeated& message) { refuse(message); },
      [this](const Appended& message) { appended(message); },
  };
}

void Reception::receive(ReceiveOrders& message) {
  std::vector<net::ApiAnswer> answers;
  Append append{this, next_token_, {}};
  PendingBatch batch{next_token_, {}};
  append.entries.reserve(message.orders.size());
  batch.orders.reserve(message.orders.size());

  for (IncomingOrder& order : message.orders) {
    if (!is_new(order, answers)) continue;
    batch.orders.push_back({order.ticket, order.idempotency, order.relay, order.shop, order.amount,
                            order.entry.at, order.receipt, order.place, order.timing,
                            order.issuer});
    append.entries.push_back(std::move(order.entry));
  }
  if (!answers.empty()) services_.api.answer(std::move(answers));
  send_receipts();
  if (append.entries.empty()) return;

  ++next_token_;
  in_acceptance_ += batch.orders.size();
  peers_.waiting.fetch_add(static_cast<std::int64_t>(batch.orders.size()),
                           std::memory_order_relaxed);
  services_.metrics.acceptance.in.add(batch.orders.size());
  services_.metrics.acceptance.length.set(static_cast<std::int64_t>(in_acceptance_));
  if (pending_.empty()) services_.metrics.acceptance.set_oldest(batch.orders.front().received_at);
  pending_.push_back(std::move(batch));
  count_shares(pending_.back());
  send(peers_.writer, std::move(append));
}

std::optional<Refusal> Reception::refusal(ShopId shop) const {
  const auto waiting = static_cast<std::size_t>(peers_.waiting.load(std::memory_order_relaxed));
  if (!share_.takes(shop, in_acceptance_) ||
      waiting >= services_.configuration.admission.waiting_orders_max ||
      idempotency_.size() >= limits::idempotency_entries_max)
    return Refusal::full;
  if (!services_.journal.has_room_for_orders()) return Refusal::no_room;
  return std::nullopt;
}

void Reception::count_shares(const PendingBatch& entered) {
  if (share_.counts()) {
    for (const Pending& order : entered.orders) share_.entered(order.shop);
  } else if (share_.begins(in_acceptance_)) {
    share_.begin();
    for (const PendingBatch& batch : pending_)
      for (const Pending& order : batch.orders) share_.entered(order.shop);
  }
}

bool Reception::is_new(const IncomingOrder& order, std::vector<net::ApiAnswer>& answers) {
  // A repeat is answered even when nothing new is let in.
  if (order.idempotency.present() && answer_repeat(order, order.entry.at, answers)) return false;
  auto reason = refusal(order.shop);
  if (!reason && order.place != nullptr && !order.place->take_place()) reason = Refusal::no_place;
  if (!reason) return true;
  if (order.idempotency.present()) idempotency_.release(order.idempotency);
  services_.metrics.orders_refused[static_cast<std::size_t>(*reason)].add();
  if (*reason == Refusal::no_place)
    answers.push_back({order.ticket, net::answers::NoPlace{}});
  else
    answers.push_back({order.ticket, net::answers::Full{}});
  return false;
}

template <class Request>
bool Reception::answer_repeat(const Request& request, Timestamp at,
                              std::vector<net::ApiAnswer>& answers) {
  const auto refuse = [&](Refusal reason, auto answer) {
    services_.metrics.orders_refused[static_cast<std::size_t>(reason)].add();
    answers.push_back({request.ticket, answer});
  };
  // An earlier version kept keys as they were sent, quotes and all.
  const bool known_as_sent =
      request.idempotency_as_sent.present() && idempotency_.holds(request.idempotency_as_sent);
  const auto found =
      idempotency_.reserve(known_as_sent ? request.idempotency_as_sent : request.idempotency, at);
  switch (found.finding) {
    case IdempotencyTable::Finding::replayed:
      services_.metrics.orders_replayed.add();
      if (request.receipt)
        receipts_.push_back({request.ticket, found.order, true});
      else
        answers.push_back({request.ticket, replay(found.order)});
      return true;
    case IdempotencyTable::Finding::in_flight:
      refuse(Refusal::in_flight, net::answers::InFlight{});
      return true;
    case IdempotencyTable::Finding::other_body:
      refuse(Refusal::other_body, net::answers::OtherBody{});
      return true;
    case IdempotencyTable::Finding::fresh:
      break;
  }
  return false;
}

void Reception::refuse(const RefuseUnlessRepeated& message) {
  std::vector<net::ApiAnswer> answers;
  if (!answer_repeat(message, message.at, answers)) {
    idempotency_.release(message.idempotency);
    answers.push_back(net::refused(message.ticket, {message.refusal}));
  }
  if (!answers.empty()) services_.api.answer(std::move(answers));
  send_receipts();
}

net::answers::Accepted Reception::replay(OrderNumber order) const {
  if (const auto stored = services_.journal.read(RecordNumber{order.value})) {
    const auto& received = std::get<Received>(stored->event.fact);
    return {order, stored->event.at, true, promise_of(timing_of(received, stored->event.at))};
  }
  // The civil clock was set: the order's time was over before its key's.
  const auto line = services_.journal.book_line(order);
  SPILLWAY_CHECK(line.has_value(), "an idempotency key leads to an order that is not there");
  return {order, line->received_at, true};
}

void Reception::appended(const Appended& message) {
  const Timestamp now = key_time();
  std::vector<net::ApiAnswer> answers;
  answers.reserve(in_acceptance_);
  for (const Appended::Batch& durable : message.batches) {
    SPILLWAY_CHECK(!pending_.empty() && pending_.front().token == durable.token,
                   "the journal acknowledged orders that the reception does not wait for");
    let_wait(pending_.front(), durable.first, now);
    OrderNumber number{durable.first.value};
    for (const Pending& order : pending_.front().orders) {
      if (order.receipt)
        receipts_.push_back({order.ticket, number, false});
      else
        answers.push_back({order.ticket, net::answers::Accepted{number, order.received_at, false,
                                                                promise_of(order.timing)}});
      ++number.value;
    }
    if (share_.counts())
      for (const Pending& order : pending_.front().orders) share_.left(order.shop);
    in_acceptance_ -= pending_.front().orders.size();
    pending_.pop_front();
  }
  if (share_.ends(in_acceptance_)) share_.end();
  services_.metrics.orders_accepted.add(answers.size() + receipts_.size());
  services_.metrics.acceptance.out.add(answers.size() + receipts_.size());
  services_.metrics.acceptance.length.set(static_cast<std::int64_t>(in_acceptance_));
  services_.metrics.acceptance.set_oldest(
      pending_.empty() ? std::nullopt : std::optional(pending_.front().orders.front().received_at));
  for (auto& [relay, orders] : to_queue_) {
    if (orders.empty()) continue;
    send(peers_.relays.configured(relay).queue, Enqueue{std::move(orders)});
    orders = {};
  }
  if (!answers.empty()) services_.api.answer(std::move(answers));
  send_receipts();
  idempotency_.expire_some(now - limits::idempotency_key_life);
}

Timestamp Reception::key_time() const {
  return started_at_ + std::chrono::floor<Duration>(monotonic() - started_);
}

void Reception::send_receipts() {
  if (receipts_.empty()) return;
  send(peers_.receipt_desk, MakeReceipts{std::move(receipts_)});
  receipts_ = {};
}

void Reception::let_wait(const PendingBatch& batch, RecordNumber first, Timestamp now) {
  OrderNumber number{first.value};
  for (const Pending& order : batch.orders) {
    if (order.idempotency.present()) idempotency_.confirm(order.idempotency, number, now);
    to_queue_[order.relay].push_back({number, order.amount.minor_units, order.issuer,
                                      order.received_at, order.shop, order.amount.currency,
                                      Attempt{0}, order.timing, order.place});
    ++number.value;
  }
}

}  // namespace spillway::actors
