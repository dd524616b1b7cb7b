// Messages as MessagePack: an array of the kind and the fields in their order. One description of
// the fields serves for measuring, writing and reading.
#include "actors/cluster/node_protocol.hpp"

#include <algorithm>
#include <cmath>

#include "actors/cluster/node_coders.hpp"
#include "engine/sharing/limits.hpp"

namespace spillway::actors::node {

namespace {

// ---- The fields of each message, in their order. ----

template <class Coder>
void code(Coder& coder, Timestamp& at) {
  auto us = at.time_since_epoch().count();
  coder.number(us);
  at = Timestamp(Duration(us));
}

template <class Coder>
void code_card(Coder& coder, std::optional<SealedCard>& card) {
  std::string bytes;
  if (card) bytes.assign(reinterpret_cast<const char*>(card->bytes.data()), SealedCard::size);
  coder.text(bytes);
  if (bytes.size() != SealedCard::size) {
    card.reset();
    return;
  }
  card.emplace();
  for (std::size_t i = 0; i < SealedCard::size; ++i)
    card->bytes[i] = static_cast<std::byte>(bytes[i]);
}

template <class Coder>
void code(Coder& coder, LineRequest& request) {
  coder.number(request.message);
  coder.number(request.order.value);
  coder.number(request.attempt.value);
  coder.text(request.reference);
  coder.number(request.stan);
  coder.number(request.trace);
  code(coder, request.sent_at);
  coder.number(request.amount.minor_units);
  coder.number(request.amount.currency.numeric);
  coder.number(request.shop.value);
  code_card(coder, request.card);
}

// 0 for nothing, otherwise one more than the number.
template <class Coder, class Number>
void code(Coder& coder, std::optional<Number>& number) {
  std::uint64_t value = number ? static_cast<std::uint64_t>(*number) + 1 : 0;
  coder.number(value);
  number = value == 0 ? std::nullopt : std::optional(static_cast<Number>(value - 1));
}

template <class Coder>
void code_sum(Coder& coder, RelayAnswer& answer) {
  if (coder.version < 3) return;
  code(coder, answer.amount);
  code(coder, answer.currency);
}

template <class Coder>
void code(Coder& coder, AnsweredOrder& order) {
  coder.number(order.order.value);
  coder.number(order.answer.attempt.value);
  coder.text(order.answer.answer.code);
  coder.text(order.answer.approval_code);
  code_sum(coder, order.answer.answer);
}

template <class Coder>
void code(Coder& coder, UnansweredOrder& order) {
  coder.number(order.order.value);
  coder.number(order.attempt.value);
  coder.number(order.reason);
}

template <class Coder>
void code(Coder& coder, ReversalReply& reply) {
  coder.number(reply.order.value);
  coder.number(reply.attempt.value);
  coder.number(reply.trace);
  coder.text(reply.answer.code);
  code_sum(coder, reply.answer);
}

template <class Coder, class Thing>
void code_all(Coder& coder, std::vector<Thing>& things, std::size_t max) {
  coder.list(things, max, [](Coder& each_coder, Thing& thing) { code(each_coder, thing); });
}

template <class Coder>
void code(Coder& coder, Hello& m) {
  coder.text(m.name);
  coder.number(m.incarnation);
  coder.text(m.nonce);
  coder.text(m.public_key);
  coder.text(m.certificate);
  coder.list(m.lines, limits::node_relays_max, [](Coder& each_coder, LineOffered& line) {
    each_coder.text(line.relay);
    each_coder.number(line.borrows);
  });
}
template <class Coder>
void code(Coder& coder, Welcome& m) {
  coder.number(m.system);
  coder.text(m.nonce);
  coder.text(m.public_key);
  coder.text(m.certificate);
  coder.text(m.signature);
}
template <class Coder>
void code(Coder& coder, Proof& m) {
  coder.text(m.signature);
}
template <class Coder>
void code(Coder& coder, Joined& m) {
  coder.number(m.epoch);
}
template <class Coder>
void code(Coder& coder, Refused& m) {
  coder.text(m.reason);
}
template <class Coder>
void code(Coder& coder, Report& m) {
  coder.number(m.time);
  coder.number(m.draining);
  coder.list(m.lines, limits::node_relays_max, [](Coder& each_coder, LineState& line) {
    each_coder.number(line.per_second);
    each_coder.number(line.outstanding);
    each_coder.number(line.can_send);
    each_coder.number(line.lent);
  });
}
template <class Coder>
void code(Coder& coder, Echo& m) {
  coder.number(m.time);
}
template <class Coder>
void code(Coder& coder, LinePermits& m) {
  coder.number(m.line);
  coder.number(m.use);
  coder.number(m.count);
}
template <class Coder>
void code(Coder& coder, CardKeys& m) {
  coder.list(m.keys, limits::node_card_keys_max, [](Coder& each_coder, CardKeys::Key& key) {
    each_coder.number(key.epoch);
    each_coder.text(key.sealed);
  });
}
template <class Coder>
void code(Coder& coder, Merchants& m) {
  coder.list(m.merchants, limits::node_frame_requests_max, [](Coder& each_coder, auto& each) {
    each_coder.number(each.first.value);
    each_coder.text(each.second.category);
    each_coder.text(each.second.terminal);
    each_coder.text(each.second.merchant);
  });
}
template <class Coder>
void code(Coder& coder, Requests& m) {
  coder.number(m.line);
  code_all(coder, m.requests, limits::node_frame_requests_max);
}
template <class Coder>
void code(Coder& coder, Results& m) {
  coder.number(m.number);
  coder.number(m.line);
  code_all(coder, m.answered, limits::node_results_max);
  code_all(coder, m.unanswered, limits::node_results_max);
  code_all(coder, m.reversals, limits::node_results_max);
  code_all(coder, m.repeats_unanswered, limits::node_results_max);
}
template <class Coder>
void code(Coder& coder, Acknowledged& m) {
  coder.number(m.number);
}
template <class Coder>
void code(Coder&, Drain&) {}
template <class Coder>
void code(Coder&, Undrain&) {}
template <class Coder>
void code(Coder& coder, Lend& m) {
  coder.number(m.line);
  coder.number(m.microhertz);
}

// What a number could not be, whoever sent it.
bool is_one_of_ours(const LineRequest& request) {
  const auto parts = parse_reference(request.reference);
  const auto kind = static_cast<unsigned>(request.message);
  return parts && parts->order == request.order && parts->attempt == request.attempt && kind >= 1 &&
         kind <= 4;
}

bool has_reason(const UnansweredOrder& order) {
  return order.reason >= DoubtReason::no_answer && order.reason <= DoubtReason::no_verdict;
}

template <class Kind>
bool sensible(const Kind& message) {
  if constexpr (std::is_base_of_v<LinePermits, Kind>)
    return static_cast<std::size_t>(message.use) < permit_uses;
  else if constexpr (std::is_same_v<Kind, Requests>)
    return std::ranges::all_of(message.requests, is_one_of_ours);
  else if constexpr (std::is_same_v<Kind, Results>)
    return std::ranges::all_of(message.unanswered, has_reason) &&
           std::ranges::all_of(message.repeats_unanswered, has_reason);
  else
    return true;
}

template <std::size_t kind = 0>
std::optional<Message> read_kind(std::size_t wanted, Read& in) {
  if constexpr (kind == std::variant_size_v<Message>) {
    return std::nullopt;
  } else {
    if (wanted != kind) return read_kind<kind + 1>(wanted, in);
    std::variant_alternative_t<kind, Message> message;
    code(in, message);
    if (in.reader().failed() || !in.reader().at_end() || !sensible(message)) return std::nullopt;
    return Message(std::move(message));
  }
}

}  // namespace

std::string encode(const Message& message, std::uint16_t version) {
  // Measuring and writing only look.
  auto& fields = const_cast<Message&>(message);
  Measure measure(version);
  std::visit([&](auto& m) { code(measure, m); }, fields);
  std::string bytes(measure.size, '\0');
  Write out(bytes.data(), version);
  std::size_t kind = message.index();
  out.number(kind);
  std::visit([&](auto& m) { code(out, m); }, fields);
  bytes.resize(static_cast<std::size_t>(out.end() - bytes.data()));
  return bytes;
}

std::optional<Message> decode(std::string_view bytes, std::uint16_t version) {
  if (bytes.size() > limits::node_frame_max) return std::nullopt;
  Read in(bytes, version);
  std::size_t kind = 0;
  in.number(kind);
  return read_kind(kind, in);
}

std::uint64_t to_microhertz(double per_second) {
  return static_cast<std::uint64_t>(std::llround(per_second * 1e6));
}

double from_microhertz(std::uint64_t microhertz) {
  return static_cast<double>(microhertz) / 1e6;
}

std::string card_key_label(std::uint32_t epoch) {
  return "card key " + std::to_string(epoch);
}

std::string transcript(std::string_view role, const Hello& hello, const Welcome& welcome) {
  Welcome unsigned_welcome = welcome;
  unsigned_welcome.signature.clear();
  std::string text = "spillway node 1 ";
  text += role;
  text += '\0';
  text += encode(hello);
  text += '\0';
  text += encode(unsigned_welcome);
  return text;
}

}  // namespace spillway::actors::node
