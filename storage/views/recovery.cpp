#include "storage/views/recovery.hpp"

#include "engine/base/invariants.hpp"
#include "engine/order/limits.hpp"
#include "engine/order/order_attempts.hpp"

namespace spillway::storage {

namespace {

void sort_in(const OrderRow& row, Timestamp keys_since, Recovered& out) {
  const OrderState& state = row.state;
  if (row.idempotency.present() && row.received_at >= keys_since)
    out.idempotency.push_back({row.idempotency, state.number, row.received_at});
  if (state.notice_due != Notice::none)
    out.notices_due.push_back(
        {state.number, state.notice_due, state.history.back().at, state.shop});
  if (wants_attempt(state))
    out.waiting[state.relay].push_back({state.number, state.amount.minor_units, Issuer(),
                                        row.received_at, state.shop, state.amount.currency,
                                        state.attempt, state.timing});
  if (state.attempt_state == AttemptState::outstanding) out.outstanding.push_back(state);
  if (state.attempt_state == AttemptState::in_doubt ||
      state.attempt_state == AttemptState::reversing || !state.open_reversals.empty())
    out.in_doubt.push_back(state);
  if (stands_before_a_person(state)) out.for_a_person.push_back(state);
}

}  // namespace

Result<void> project_tail(const Journal& journal, Views& views) {
  std::vector<StoredEvent> events;
  while (views.position() < journal.last()) {
    const RecordNumber before = views.position();
    events.clear();
    journal.read_from({before.value + 1}, limits::projection_batch, events);
    views.project(events);
    if (views.position() == before) return Error{"the views cannot be written: the disk is full"};
  }
  return {};
}

Recovered recover(const Journal& journal, Views& views, Timestamp now) {
  if (const auto projected = project_tail(journal, views); !projected)
    stop_process(projected.error().message, __FILE__, __LINE__);
  Recovered recovered;
  recovered.last = journal.last();
  const Timestamp keys_since = now - limits::idempotency_key_life;
  views.for_each_order(views.first_needed(keys_since),
                       [&](const OrderRow& row) { sort_in(row, keys_since, recovered); });
  return recovered;
}

}  // namespace spillway::storage
