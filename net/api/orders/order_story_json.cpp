// Orders as operators see them: with shop and buyer, and one of them with all that has happened to
// it.
#include <algorithm>
#include <string>
#include <type_traits>

#include "engine/order/order_attempts.hpp"
#include "net/api/common/order_json.hpp"

namespace spillway::net {

namespace {

void append_name(std::string& out, std::string_view name) {
  out.append(out.back() == '{' ? "\"" : ",\"").append(name).append("\":");
}

void append_text(std::string& out, std::string_view name, std::string_view text) {
  append_name(out, name);
  append_json_text(out, text);
}

void append_number(std::string& out, std::string_view name, std::uint64_t number) {
  append_name(out, name);
  out.append(std::to_string(number));
}

void append_time(std::string& out, std::string_view name, Timestamp at) {
  append_name(out, name);
  out.append("\"");
  append_timestamp(out, at);
  out.append("\"");
}

std::string_view text_of(DoubtReason reason) {
  switch (reason) {
    case DoubtReason::no_answer:
      return "no_answer";
    case DoubtReason::unreadable_answer:
      return "unreadable_answer";
    case DoubtReason::line_lost:
      return "line_lost";
    case DoubtReason::restart:
      return "restart";
    default:
      return "other";
  }
}

std::string_view text_of(ReversalReason reason) {
  switch (reason) {
    case ReversalReason::in_doubt:
      return "in_doubt";
    case ReversalReason::cancel:
      return "cancel";
    case ReversalReason::late_approval:
      return "late_approval";
    default:
      return "other";
  }
}

// The fields that kinds of facts have in common, whichever has them.
template <class Fact>
void append_fields(std::string& out, const Fact& fact) {
  if constexpr (requires { fact.attempt.value; }) append_number(out, "attempt", fact.attempt.value);
  if constexpr (std::is_same_v<Fact, Sent>) {
    append_text(out, "reference", fact.reference.view());
    append_number(out, "stan", fact.stan);
  }
  if constexpr (requires { fact.code.view(); }) append_text(out, "code", fact.code.view());
  if constexpr (requires { fact.approval_code.view(); })
    if (!fact.approval_code.empty()) append_text(out, "approval_code", fact.approval_code.view());
  if constexpr (requires { text_of(fact.reason); })
    append_text(out, "reason", text_of(fact.reason));
  if constexpr (requires { fact.tries; }) append_number(out, "tries", fact.tries);
}

std::string_view state_text(AttemptState state) {
  switch (state) {
    case AttemptState::outstanding:
      return "outstanding";
    case AttemptState::in_doubt:
      return "in_doubt";
    case AttemptState::reversing:
      return "reversing";
    case AttemptState::authorized:
      return "authorized";
    default:
      return "settled";
  }
}

void append_attempt(std::string& out, const SentAttempt& sent, std::string_view state) {
  out.append(out.back() == '[' ? "{" : ",{");
  append_number(out, "attempt", sent.attempt.value);
  append_text(out, "reference", sent.reference.view());
  append_number(out, "stan", sent.stan);
  append_time(out, "sent_at", sent.sent_at);
  append_text(out, "state", state);
  out.append("}");
}

void append_attempts(std::string& out, const OrderState& state) {
  append_name(out, "attempts");
  out.append("[");
  for (const SentAttempt& past : state.past_attempts) {
    const bool open = std::ranges::find(state.open_reversals, past.attempt,
                                        &SentAttempt::attempt) != state.open_reversals.end();
    append_attempt(out, past, open ? "reversing" : "settled");
  }
  if (state.attempt.value > 0)
    append_attempt(
        out, {state.attempt, state.attempt_reference, state.attempt_stan, state.attempt_sent_at},
        state_text(state.attempt_state));
  out.append("]");
}

void append_facts(std::string& out, const OrderStory& story) {
  append_name(out, "facts");
  out.append("[");
  for (const OrderStory::Happened& each : story.facts) {
    out.append(out.back() == '[' ? "{" : ",{");
    append_time(out, "at", each.at);
    append_number(out, "record", each.record.value);
    append_text(out, "fact", fact_name(each.fact));
    std::visit([&](const auto& fact) { append_fields(out, fact); }, each.fact);
    out.append("}");
  }
  out.append("]");
  append_name(out, "all_facts");
  out.append(story.all_facts ? "true" : "false");
}

void append_told(std::string& out, const OrderStory& story) {
  append_name(out, "webhooks");
  out.append("[");
  for (const OrderStory::Told& told : story.told) {
    out.append(out.back() == '[' ? "{" : ",{");
    append_text(out, "webhook", told.webhook);
    append_text(out, "event", told.event);
    append_text(out, "status", to_text(told.status));
    append_text(out, "state", told.state);
    append_number(out, "tries", told.tries);
    append_name(out, "next_at");
    if (told.next_at) {
      out.append("\"");
      append_timestamp(out, *told.next_at);
      out.append("\"");
    } else {
      out.append("null");
    }
    append_text(out, "reason", told.reason);
    out.append("}");
  }
  out.append("]");
}

}  // namespace

void OrderJson::append_open(std::string& out, const OrderView& view) const {
  append_order(out, view);
  out.pop_back();  // the closing brace
  append_number(out, "shop", view.state.shop.value);
  const Buyer& buyer = view.received.buyer;
  if (!buyer.email.empty()) {
    append_name(out, "buyer");
    out.append("{");
    append_text(out, "name", buyer.name);
    append_text(out, "email", buyer.email);
    out.append("}");
  }
  append_name(out, "escalated");
  out.append(stands_before_a_person(view.state) ? "true" : "false");
}

void OrderJson::append_found(std::string& out, const answers::FoundOrders& orders) const {
  out.append(R"({"orders":[)");
  for (const OrderView& view : orders.orders) {
    if (out.back() == '}') out.append(",");
    append_open(out, view);
    out.append("}");
  }
  out.append(R"(],"next":)");
  if (orders.next_before.value == 0)
    out.append("null}");
  else
    out.append("\"").append(codes_.encode(orders.next_before)).append("\"}");
}

void OrderJson::append_story(std::string& out, const OrderStory& story) const {
  append_open(out, story.order);
  append_attempts(out, story.order.state);
  append_facts(out, story);
  append_name(out, "mail_due");
  const Notice due = story.order.state.notice_due;
  if (due == Notice::none)
    out.append("null");
  else
    append_json_text(out, to_text(due));
  append_told(out, story);
  out.append("}");
}

}  // namespace spillway::net
