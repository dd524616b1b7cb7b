#include "actors/documents/case_json.hpp"

#include <algorithm>

#include "actors/base/json_text.hpp"
#include "engine/order/limits.hpp"
#include "engine/order/order_attempts.hpp"

namespace spillway::actors {

namespace {

std::string relay_name(const Configuration& configuration, RelayId id) {
  const auto found = std::ranges::find(configuration.relays, id, &RelaySettings::id);
  return found == configuration.relays.end() ? std::to_string(id.value) : found->name;
}

Json code_json(const ResponseCode& code) {
  return code.empty() ? Json() : Json(code.view());
}

Json money_json(const Money& money) {
  return {{"amount", money.minor_units}, {"currency", money.currency.code()}};
}

// Why it stands there, in a sentence.
std::string why(const Configuration& configuration, const ShownCase& shown) {
  const OrderState& order = shown.open->order;
  if (shown.unserved == WhyUnserved::relay_unknown)
    return fmt::format("The configuration no longer names relay centre {}: nothing is done.",
                       order.relay.value);
  if (shown.unserved == WhyUnserved::shop_unknown)
    return fmt::format("The configuration no longer names shop {}: nothing is done.",
                       order.shop.value);
  if (shown.unserved) return "Its data let nobody decide about it: the log says why.";
  if (!order.escalated) {
    const LostAttempts lost = lost_in_a_row(order);
    return fmt::format(
        "Attempts {} to {} were lost with the line to relay centre {}, or with a process: more are "
        "made.",
        lost.first.value, lost.first.value + lost.count - 1,
        relay_name(configuration, order.relay));
  }
  const Escalation& escalated = *order.escalated;
  return fmt::format("Relay centre {} settled none of {} tries to reverse attempt {}: {}.",
                     relay_name(configuration, order.relay), escalated.tries,
                     escalated.attempt.value,
                     escalated.last_code.empty()
                         ? std::string("no answer came")
                         : "the last answer was " + std::string(escalated.last_code.view()));
}

bool is_reversed_again(const OrderState& order, Attempt attempt) {
  return std::ranges::find(order.open_reversals, attempt, &OpenReversal::attempt) !=
         order.open_reversals.end();
}

std::string_view kind_of(const ShownCase& shown) {
  if (shown.unserved) return to_text(*shown.unserved);
  return shown.open->order.escalated ? "unsettled" : "lost";
}

Timestamp since(const OrderState& order) {
  if (order.escalated) return order.escalated->at;
  if (is_lost_too_often(order))
    return order.past_attempts.at(lost_in_a_row(order).first.value - 1U).sent_at;
  return order.history.back().at;
}

const char* state_of(const OrderState& order, Attempt attempt) {
  if (is_reversed_again(order, attempt)) return "reversing";
  if (attempt != order.attempt) return "settled";
  switch (order.attempt_state) {
    case AttemptState::none:
      return "settled";
    case AttemptState::outstanding:
      return "outstanding";
    case AttemptState::in_doubt:
      return "in_doubt";
    case AttemptState::reversing:
      return "reversing";
    case AttemptState::authorized:
      return "authorized";
  }
  stop_process("an attempt has an unknown state", __FILE__, __LINE__);
}

Json attempt_json(const OrderState& order, const SentAttempt& sent) {
  const Heard& heard = sent.heard;
  return {{"attempt", sent.attempt.value},
          {"reference", sent.reference.view()},
          {"stan", sent.stan},
          {"sent_at", time_json(sent.sent_at)},
          {"state", state_of(order, sent.attempt)},
          {"doubt", heard.doubt ? Json(to_text(*heard.doubt)) : Json()},
          {"response_code", code_json(heard.code)},
          {"held", heard.held ? money_json(*heard.held) : Json()}};
}

// The newest, and whatever of the others is open.
Json attempts_json(const OrderState& order) {
  Json attempts = Json::array();
  for (const SentAttempt& past : order.past_attempts)
    if (past.attempt.value + limits::case_attempts_shown > order.attempt.value ||
        is_reversed_again(order, past.attempt))
      attempts.push_back(attempt_json(order, past));
  if (order.attempt.value > 0)
    attempts.push_back(
        attempt_json(order, {order.attempt, order.attempt_reference, order.attempt_stan,
                             order.attempt_sent_at, order.attempt_heard}));
  return attempts;
}

Json to_json(const Configuration& configuration, const ShownCase& shown) {
  const OrderState& order = shown.open->order;
  const auto& escalated = order.escalated;
  Json json = {{"case", shown.name},
               {"kind", kind_of(shown)},
               {"why", why(configuration, shown)},
               {"since", time_json(since(order))},
               {"order", shown.order_code},
               {"shop", order.shop.value},
               {"relay", relay_name(configuration, order.relay)},
               {"status", spillway::to_text(order.status)},
               {"amount", order.amount.minor_units},
               {"currency", order.amount.currency.code()},
               {"received_at", time_json(order.history.front().at)},
               {"tries", escalated ? escalated->tries : 0},
               {"last_answer", escalated ? code_json(escalated->last_code) : Json()},
               {"attempts", attempts_json(order)}};
  if (shown.received) {
    const MaskedCard& card = shown.received->card;
    json["reference"] = shown.received->reference;
    json["card"] = {{"company", spillway::to_text(card.company)},
                    {"last_four", std::string(card.last_four.data(), card.last_four.size())}};
  }
  return json;
}

std::string text_or(const Json& value, const char* otherwise) {
  return value.is_null() ? otherwise : value.get<std::string>();
}

// "attempt 1  A00000012001  sent 2026-11-22T06:20:00.000000Z  reversing, fell in doubt: no_answer"
std::string attempt_text(const Json& attempt) {
  std::string text = fmt::format(
      "  attempt {:<3} field 37 {}  field 11 {:06}  sent {}  {}", attempt.at("attempt").dump(),
      attempt.at("reference").get<std::string>(), attempt.at("stan").get<std::uint32_t>(),
      attempt.at("sent_at").get<std::string>(), attempt.at("state").get<std::string>());
  if (!attempt.at("doubt").is_null())
    text += ", fell in doubt: " + attempt.at("doubt").get<std::string>();
  text += ", answer " + text_or(attempt.at("response_code"), "none");
  if (const Json& held = attempt.at("held"); !held.is_null())
    text += fmt::format(", held {} {}", held.at("currency").get<std::string>(),
                        held.at("amount").dump());
  return text + "\n";
}

}  // namespace

std::string cases_json(const Configuration& configuration, const std::vector<ShownCase>& cases,
                       bool more) {
  Json list = Json::array();
  for (const ShownCase& each : cases) list.push_back(to_json(configuration, each));
  return Json{{"cases", std::move(list)}, {"next", more ? Json(cases.back().name) : Json()}}.dump();
}

std::string case_resolved_json(const ResolvedCase& resolved) {
  return Json{{"case", resolved.name},
              {"order", resolved.order_code},
              {"outcome", resolved.outcome},
              {"status", spillway::to_text(resolved.status)}}
      .dump();
}

Result<std::string> cases_text(std::string_view json) {
  return read_json(json, [](const Json& answer) {
    std::string text;
    for (const Json& each : answer.at("cases")) {
      text += fmt::format("{}  {}  {} {}  shop {}  {}\n  since {}: {}\n",
                          each.at("case").get<std::string>(), each.at("status").get<std::string>(),
                          each.at("currency").get<std::string>(), each.at("amount").dump(),
                          each.at("shop").dump(), each.value("reference", ""),
                          each.at("since").get<std::string>(), each.at("why").get<std::string>());
      for (const Json& attempt : each.at("attempts")) text += attempt_text(attempt);
    }
    return text;
  });
}

Result<std::string> case_resolved_text(std::string_view json) {
  return read_json(json, [](const Json& answer) {
    return fmt::format("{}: {}; the order is {}\n", answer.at("case").get<std::string>(),
                       answer.at("outcome").get<std::string>(),
                       answer.at("status").get<std::string>());
  });
}

Result<std::string> cases_next(std::string_view json) {
  return read_json(json, [](const Json& answer) { return text_or(answer.at("next"), ""); });
}

}  // namespace spillway::actors
