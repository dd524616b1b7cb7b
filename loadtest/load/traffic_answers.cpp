// What answers mean, and what follows from them.
#include "loadtest/load/traffic.hpp"

namespace spillway::loadtest {
namespace {

// The order's code out of the 202's body; 0 when none is there.
CodeNumber code_in(std::string_view body) {
  constexpr std::string_view field = R"("order":")";
  constexpr std::size_t length = 14;
  const std::size_t at = body.find(field);
  if (at == std::string_view::npos) return 0;
  return code_number(body.substr(at + field.size(), length));
}

}  // namespace

void Traffic::order_is_over(Nanoseconds now) {
  if (settings_.buyers == 0) return;
  const Nanoseconds due = now + settings_.think_time;
  queues_[buyers_queue].push_back({.due = due, .intended = due});
}

void Traffic::on_answer(const Intent& intent, const net::HttpAnswer& answer, Nanoseconds sent,
                        Nanoseconds now) {
  measurements_.add_status(answer.status);
  switch (intent.kind) {
    case RequestKind::order:
      return take_order_answer(intent, mix_.wish(intent.ordinal), answer, sent, now);
    case RequestKind::repeat:
    case RequestKind::changed_repeat:
      return take_repeat_answer(intent, answer, now);
    case RequestKind::inquiry:
    case RequestKind::cancel:
    case RequestKind::approval:
      return take_other_answer(intent, answer, now);
  }
}

void Traffic::wrong_status(const Intent& intent, Nanoseconds now) {
  measurements_.add(Count::wrong_status);
  ++measurements_.window(now).failed;
  if (intent.kind == RequestKind::order) order_is_over(now);
}

void Traffic::take_order_answer(const Intent& intent, const Wish& wish,
                                const net::HttpAnswer& answer, Nanoseconds sent, Nanoseconds now) {
  if (wish.bad && answer.status != 503) {
    if (answer.status != bad_requests[static_cast<std::size_t>(wish.bad_kind)].status) {
      return wrong_status(intent, now);
    }
    measurements_.add(Measure::bad, now - intent.intended);
    measurements_.add(Count::expected_refusals);
    return order_is_over(now);
  }
  if (answer.status == 202) return take_accepted(intent, wish, answer, sent, now);
  if (answer.status == 503 || answer.status == 409) {
    // 409: the first try with this key is still on its way inside.
    if (answer.status == 503) {
      measurements_.add(Count::overloaded);
      measurements_.add(Measure::refusal, now - sent);
      ++measurements_.window(now).overloaded;
    }
    return try_again(intent, now, false);
  }
  wrong_status(intent, now);
}

void Traffic::take_accepted(const Intent& intent, const Wish& wish, const net::HttpAnswer& answer,
                            Nanoseconds sent, Nanoseconds now) {
  measurements_.add(Count::accepted);
  if (wish.slow && intent.tries == 0) {
    measurements_.add(Measure::slow_accept, now - sent);
    ++measurements_.window(now).accepted;
  } else {
    measurements_.add_accepted(intent.intended, now - intent.intended);
    measurements_.add(Measure::service, now - sent);
  }
  const CodeNumber code = settings_.records ? code_in(answer.body) : 0;
  if (settings_.records) {
    if (code == 0) measurements_.add(Count::garbage);
    OrderRecord& known = *record(intent.ordinal);
    known.code = code;
    known.flags |= OrderRecord::accepted;
    known.accepted_at_ms = static_cast<std::uint32_t>(now / std::chrono::milliseconds(1));
  }
  if (code != 0) follow_up(wish, intent.ordinal, code, now);
  order_is_over(now);
}

void Traffic::follow_up(const Wish& wish, std::uint64_t ordinal, CodeNumber code, Nanoseconds now) {
  const Nanoseconds due = now + mix_.settings().follow_after;
  const auto push = [&](bool wanted, RequestKind kind) {
    if (!wanted) return;
    queues_[follow_queue].push_back(
        {.due = due, .intended = due, .ordinal = ordinal, .code = code, .kind = kind});
  };
  push(wish.repeats, RequestKind::repeat);
  push(wish.repeats_changed, RequestKind::changed_repeat);
  push(wish.inquires, RequestKind::inquiry);
  push(wish.cancels, RequestKind::cancel);
  push(wish.card == CardKind::exceeds_ceiling && !wish.cancels, RequestKind::approval);
}

void Traffic::take_repeat_answer(const Intent& intent, const net::HttpAnswer& answer,
                                 Nanoseconds now) {
  if (answer.status == 503) return measurements_.add(Count::overloaded);
  const int expected = intent.kind == RequestKind::repeat ? 202 : 422;
  if (answer.status != expected) return wrong_status(intent, now);
  if (expected == 202 && code_in(answer.body) != intent.code) {
    return measurements_.add(Count::wrong_repeat);
  }
  measurements_.add(Measure::repeat, now - intent.intended);
}

void Traffic::take_other_answer(const Intent& intent, const net::HttpAnswer& answer,
                                Nanoseconds now) {
  if (answer.status == 503) measurements_.add(Count::overloaded);
  if (intent.kind == RequestKind::inquiry) {
    if (answer.status == 503) return;
    if (answer.status != 200) return wrong_status(intent, now);
    return measurements_.add(Measure::inquiry, now - intent.intended);
  }
  const bool cancel = intent.kind == RequestKind::cancel;
  const bool later = answer.status == 503 || (!cancel && answer.status == 409);
  // The shop telephones when it hears that an approval is needed; until then it waits.
  if (later && intent.tries < 60) {
    Intent again = intent;
    again.due = now + mix_.settings().follow_after;
    ++again.tries;
    queues_[follow_queue].push_back(again);
    return;
  }
  // 409: too late, the order has another outcome.
  if (answer.status != 200 && answer.status != 409 && answer.status != 503) {
    return wrong_status(intent, now);
  }
  measurements_.add(cancel ? Measure::cancel : Measure::approval, now - intent.due);
  OrderRecord* const known = record(intent.ordinal);
  if (cancel && answer.status == 200 && known != nullptr) {
    known->flags |= OrderRecord::cancel_confirmed;
  }
}

void Traffic::on_no_answer(const Intent& intent, NoAnswer why, Nanoseconds now) {
  constexpr Count counts[] = {Count::unreachable, Count::closed, Count::timed_out, Count::garbage};
  measurements_.add(counts[static_cast<std::size_t>(why)]);
  ++measurements_.window(now).failed;
  if (intent.kind == RequestKind::order) {
    try_again(intent, now, true);
  } else if (intent.tries + 1U < settings_.tries_max) {
    Intent again = intent;
    again.due = now + settings_.retry_after;
    ++again.tries;
    queues_[retries_queue].push_back(again);
  }
}

void Traffic::try_again(const Intent& intent, Nanoseconds now, bool unanswered) {
  OrderRecord* const known = record(intent.ordinal);
  if (unanswered && known != nullptr) known->flags |= OrderRecord::unanswered;
  if (intent.tries + 1U < settings_.tries_max) {
    Intent again = intent;
    again.due = now + settings_.retry_after;
    ++again.tries;
    queues_[retries_queue].push_back(again);
    measurements_.add(Count::retries);
    return;
  }
  measurements_.add(unanswered ? Count::unknown : Count::given_up);
  order_is_over(now);
}

}  // namespace spillway::loadtest
