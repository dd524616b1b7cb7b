#include "storage/views/closed_orders.hpp"

#include <algorithm>
#include <unordered_map>

#include "engine/order/limits.hpp"

namespace spillway::storage {

namespace {

struct Gathered {
  const OrderRow* row;
  LeavingOrder leaving;
  std::vector<Reference> sent;  // of its attempts, from the first
};

void take(Gathered& order, const StoredEvent& stored) {
  order.leaving.records.push_back(stored.number);
  const Fact& fact = stored.event.fact;
  if (const auto* sent = std::get_if<Sent>(&fact)) order.sent.push_back(sent->reference);
  if (const auto* reversed = std::get_if<Reversed>(&fact)) {
    const Reference& reference = order.sent.at(reversed->attempt.value - 1U);
    auto& all = order.leaving.line.reversed;
    if (std::ranges::find(all, reference) == all.end()) all.push_back(reference);
  }
}

BookLine line_of(const OrderRow& row) {
  const OrderState& state = row.state;
  BookLine line;
  line.order = state.number;
  line.shop = state.shop;
  line.relay = state.relay;
  line.amount = state.amount;
  line.received_at = row.received_at;
  line.outcome = state.status;
  line.outcome_at = state.history.back().at;
  line.approval_code = state.approval_code;
  if (state.attempt_state == AttemptState::authorized) line.charged = state.attempt_reference;
  return line;
}

}  // namespace

std::vector<LeavingOrder> gather_closed(const Journal& journal, std::span<const OrderRow> rows) {
  std::vector<Gathered> orders;
  std::unordered_map<OrderNumber, std::size_t> places;
  RecordNumber last;
  for (const OrderRow& row : rows) {
    places.emplace(row.state.number, orders.size());
    orders.push_back({&row, {line_of(row), {}}, {}});
    last = std::max(last, row.state.last_record);
  }
  std::vector<StoredEvent> events;
  RecordNumber next{rows.empty() ? 1 : rows.front().state.number.value};
  while (next <= last) {
    events.clear();
    journal.read_from(next, limits::projection_batch, events);
    if (events.empty()) break;
    for (const StoredEvent& stored : events) {
      if (std::holds_alternative<OrdersRemoved>(stored.event.fact)) continue;
      if (const auto place = places.find(stored.event.order); place != places.end())
        take(orders[place->second], stored);
    }
    next = {events.back().number.value + 1};
  }
  std::vector<LeavingOrder> leaving;
  for (Gathered& order : orders) {
    const auto& records = order.leaving.records;
    // Otherwise something has happened to it since: it stays.
    if (!records.empty() && records.front().value == order.row->state.number.value &&
        records.back() == order.row->state.last_record)
      leaving.push_back(std::move(order.leaving));
  }
  return leaving;
}

}  // namespace spillway::storage
