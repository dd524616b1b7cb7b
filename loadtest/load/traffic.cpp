#include "loadtest/load/traffic.hpp"

#include <algorithm>

namespace spillway::loadtest {
Traffic::Traffic(const TrafficSettings& settings, Arrivals arrivals, const Mix& mix,
                 OrderRequests& requests, Measurements& measurements, OrderRecords& records)
    : settings_(settings),
      arrivals_(std::move(arrivals)),
      mix_(mix),
      requests_(requests),
      measurements_(measurements),
      records_(records) {
  // Buyers come in one after the other, so that their thinking times do not go in step.
  for (std::uint64_t i = settings.share_index; i < settings.buyers; i += settings.share_count) {
    const Nanoseconds due(settings.think_time.count() * static_cast<std::int64_t>(i) /
                          static_cast<std::int64_t>(settings.buyers));
    queues_[buyers_queue].push_back({.due = due, .intended = due});
  }
  next_ordinal_ = settings.buyers > 0 ? settings.share_index : 0;
  if (settings.buyers == 0) prepare_arrival();
}

// Every sender walks through the arrivals of all and takes its own: so what is sent is the same,
// whoever shares it.
void Traffic::prepare_arrival() {
  while (true) {
    arrival_ = arrivals_.next();
    if (!arrival_ || (settings_.orders_max > 0 && next_ordinal_ >= settings_.orders_max)) {
      arrivals_over_ = true;
      arrival_.reset();
      return;
    }
    if (next_ordinal_ % settings_.share_count == settings_.share_index) return;
    ++next_ordinal_;
  }
}

Traffic::Queue* Traffic::earliest() {
  Queue* best = nullptr;
  for (Queue& queue : queues_) {
    if (queue.empty()) continue;
    if (best == nullptr || queue.front().due < best->front().due) best = &queue;
  }
  return best;
}

std::optional<Nanoseconds> Traffic::next_due() {
  if (settings_.buyers > 0) {
    const bool over =
        arrivals_over_ || (settings_.orders_max > 0 && next_ordinal_ >= settings_.orders_max);
    Queue& buyers = queues_[buyers_queue];
    if (over || (!buyers.empty() && buyers.front().due >= settings_.duration)) {
      arrivals_over_ = true;
      buyers.clear();
    }
  } else if (arrivals_over_) {
    arrival_.reset();
  }
  const Queue* queue = earliest();
  if (queue == nullptr) return arrival_;
  if (!arrival_) return queue->front().due;
  return std::min(*arrival_, queue->front().due);
}

Intent Traffic::take() {
  Queue* queue = earliest();
  if (arrival_ && (queue == nullptr || *arrival_ <= queue->front().due)) {
    const Intent intent{.due = *arrival_, .intended = *arrival_, .ordinal = next_ordinal_++};
    measurements_.add(Count::arrivals);
    ++measurements_.window(intent.intended).arrivals;
    prepare_arrival();
    return intent;
  }
  Intent intent = queue->front();
  queue->pop_front();
  if (queue == &queues_[buyers_queue]) {
    intent.ordinal = next_ordinal_;
    next_ordinal_ += settings_.share_count;
    measurements_.add(Count::arrivals);
    ++measurements_.window(intent.intended).arrivals;
  }
  return intent;
}

std::uint64_t Traffic::give_up_rest() {
  if (settings_.buyers > 0) arrivals_over_ = true;
  std::uint64_t unsent = 0;
  while (next_due()) {
    const Intent intent = take();
    ++unsent;
    if (intent.kind == RequestKind::order) measurements_.add(Count::given_up);
  }
  return unsent;
}

bool Traffic::finished() {
  return !next_due() && arrivals_over_;
}

std::string_view Traffic::request(const Intent& intent) {
  const Wish wish = mix_.wish(intent.ordinal);
  switch (intent.kind) {
    case RequestKind::order:
      if (wish.bad) return requests_.bad_order(intent.ordinal, wish);
      return requests_.order(intent.ordinal, wish);
    case RequestKind::repeat:
      return requests_.order(intent.ordinal, wish);
    case RequestKind::changed_repeat:
      return requests_.changed_order(intent.ordinal, wish);
    case RequestKind::inquiry:
      return requests_.inquiry(wish.shop, intent.code);
    case RequestKind::cancel:
      if (OrderRecord* const known = record(intent.ordinal)) {
        known->flags |= OrderRecord::cancel_asked;
      }
      return requests_.cancel(wish.shop, intent.code);
    case RequestKind::approval:
      if (OrderRecord* const known = record(intent.ordinal)) {
        known->flags |= OrderRecord::approval_asked;
      }
      return requests_.approval(wish.shop, intent.code, wish.approves, intent.ordinal);
  }
  return {};
}

bool Traffic::slow(const Intent& intent) const {
  return mix_.settings().slow > 0 && intent.kind == RequestKind::order && intent.tries == 0 &&
         mix_.wish(intent.ordinal).slow;
}

OrderRecord* Traffic::record(std::uint64_t ordinal) {
  return settings_.records ? &records_.at(ordinal) : nullptr;
}

}  // namespace spillway::loadtest
