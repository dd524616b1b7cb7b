#include "actors/orders/order_gateway.hpp"

#include <caf/send.hpp>

#include "engine/order/limits.hpp"
#include "storage/journal/record_codec.hpp"

namespace spillway::actors {

OrderGateway::OrderGateway(const Configuration& configuration, const CardSeal& seal,
                           const storage::IdempotencyHash& idempotency,
                           std::function<Timestamp()> now, const Peers& peers, std::size_t loops,
                           Metrics& metrics)
    : seal_(seal),
      idempotency_(idempotency),
      now_(std::move(now)),
      peers_(peers),
      metrics_(metrics),
      waiting_max_(static_cast<std::int64_t>(configuration.admission.waiting_orders_max)),
      handfuls_(loops) {
  for (const RelaySettings& relay : configuration.relays) {
    for (const CardCompany company : relay.companies) {
      relay_by_company_.at(static_cast<std::size_t>(company)) = relay.id;
      outlook_by_company_.at(static_cast<std::size_t>(company)) = &metrics.relay(relay.id).outlook;
    }
  }
}

void OrderGateway::accept(const net::OrderRequest& request, net::Ticket ticket) {
  const net::RegisteredCard* const registered = request.registered_card;
  const MaskedCard card =
      registered ? registered->card : MaskedCard{request.company, request.card.number.last_four()};
  const Issuer issuer =
      registered ? registered->issuer : Issuer::of(card.company, request.card.number.digits());
  const RelayId relay = relay_by_company_.at(static_cast<std::size_t>(card.company));
  const IdempotencyMark mark =
      idempotency_.mark(request.shop, request.idempotency_key, request.body);
  const Timestamp now = now_();
  const auto expected = expected_within(card.company, now);
  const storage::ReceivedView view{
      request.shop,
      relay,
      request.reference,
      request.member,
      request.buyer_name,
      request.buyer_email,
      request.amount,
      card,
      mark,
      request.urgency,
      request.verdict_by,
      expected,
  };
  std::vector<IncomingOrder>& orders = handfuls_[ticket.loop].orders;
  orders.push_back({ticket,
                    storage::make_received_entry(
                        view, request.items, now,
                        registered ? registered->sealed : seal_.seal(request.card, request.shop)),
                    mark, mark_as_sent(request), relay, request.shop, request.amount,
                    request.receipt, request.place,
                    timing_of(request.urgency, request.verdict_by, expected, now), issuer});
  if (orders.size() >= limits::acceptance_batch) flush(ticket.loop);
}

bool OrderGateway::turn_away() {
  if (peers_.waiting.load(std::memory_order_relaxed) < waiting_max_) return false;
  metrics_.orders_refused[static_cast<std::size_t>(Refusal::full)].add();
  return true;
}

void OrderGateway::count_no_place() {
  metrics_.orders_refused[static_cast<std::size_t>(Refusal::no_place)].add();
}

IdempotencyMark OrderGateway::mark_as_sent(const net::OrderRequest& request) const {
  return idempotency_.mark(request.shop, request.idempotency_key_as_sent, request.body);
}

void OrderGateway::refuse_unless_repeated(const net::OrderRequest& request, net::Refusal refusal,
                                          net::Ticket ticket) {
  flush(ticket.loop);  // what it repeats may be in the same handful
  caf::anon_send(peers_.reception,
                 RefuseUnlessRepeated{
                     ticket, idempotency_.mark(request.shop, request.idempotency_key, request.body),
                     mark_as_sent(request), now_(), request.receipt, std::move(refusal)});
}

std::optional<std::chrono::milliseconds> OrderGateway::expected_within(CardCompany company,
                                                                       Timestamp now) const {
  const auto in_acceptance = static_cast<std::uint64_t>(metrics_.acceptance.length.value());
  const RelayOutlook* const outlook = outlook_by_company_.at(static_cast<std::size_t>(company));
  if (outlook == nullptr) return std::nullopt;
  return predict_outcome(outlook->read(in_acceptance), now);
}

void OrderGateway::flush(std::uint32_t loop) {
  std::vector<IncomingOrder>& orders = handfuls_[loop].orders;
  if (orders.empty()) return;
  caf::anon_send(peers_.reception, ReceiveOrders{std::move(orders)});
  orders = {};
  orders.reserve(limits::acceptance_batch);
}

void OrderGateway::inquire(ShopId shop, OrderNumber order, net::Ticket ticket) {
  caf::anon_send(shard_of(peers_, order), InquireOrder{shop, order, ticket});
}

void OrderGateway::cancel(ShopId shop, OrderNumber order, net::Ticket ticket) {
  caf::anon_send(shard_of(peers_, order), CancelOrder{shop, order, ticket});
}

void OrderGateway::approve(ShopId shop, OrderNumber order, bool approved,
                           const ApprovalCode& approval_code, net::Ticket ticket) {
  caf::anon_send(shard_of(peers_, order),
                 RecordApproval{shop, order, approved, approval_code, ticket});
}

void OrderGateway::list(ShopId shop, net::OrderFilter filter, net::Ticket ticket) {
  caf::anon_send(peers_.query_desk, ListOrders{shop, std::move(filter), ticket});
}

void OrderGateway::search(net::OrderSearch search, net::Ticket ticket) {
  caf::anon_send(peers_.query_desk, SearchOrders{std::move(search), ticket});
}

void OrderGateway::tell(OrderNumber order, net::Ticket ticket) {
  caf::anon_send(peers_.query_desk, TellOrder{order, ticket});
}

}  // namespace spillway::actors
