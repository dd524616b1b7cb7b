#include "sandbox/authorizer.hpp"

#include <algorithm>
#include <array>

#include "engine/base32.hpp"

namespace spillway::sandbox {
namespace {

using net::iso8583::Field;
using net::iso8583::Message;

// An order has a few attempts. What reads like an engine's reference with more is another's.
constexpr std::uint16_t plausible_attempts_max = 99;
constexpr std::size_t tried_max = 100'000;

}  // namespace

Authorizer::Authorizer(const RelayCentreOptions& options, MonotonicTime now)
    : book_(options.repeats_recognised), dice_(options.seed) {
  if (options.rate) rate_.emplace(*options.rate, std::max(1.0, *options.rate / 10), now);
}

Decision Authorizer::authorize(const Message& request, MonotonicTime now, bool busy) {
  const Reference reference(net::iso8583::without_filling(request[Field::reference]));
  const SandboxCard card = sandbox_card(request[Field::card_number]);
  // These do to every answer what they do; the others are spent with the first decision.
  const bool lasting =
      card.behaviour == CardBehaviour::silent || card.behaviour == CardBehaviour::twice;
  if (const auto standing = book_.standing(reference))
    return {*standing, lasting ? card.behaviour : CardBehaviour::plain};

  if (busy || (rate_ && rate_->take(1, now) == 0)) return {book_.decide(reference, "96", {}), {}};

  Decision decision{{}, card.behaviour};
  ResponseCode code = card.code;
  if (card.behaviour == CardBehaviour::inoperative_first ||
      card.behaviour == CardBehaviour::garbage_first) {
    if (!first_attempt(reference, request)) {
      decision.behaviour = CardBehaviour::plain;
    } else if (card.behaviour == CardBehaviour::inoperative_first) {
      code = "91";
    }
  }
  const bool usable = code == ResponseCode("00");
  decision.ruling = book_.decide(reference, code, usable ? draw_approval_code() : ApprovalCode());
  return decision;
}

Decision Authorizer::reverse(const Message& request) {
  return {book_.reverse(net::iso8583::without_filling(request[Field::reference])),
          CardBehaviour::plain};
}

// An engine's reference says which attempt it is. For any other, what is the same card, terminal,
// merchant and amount counts as the same order.
bool Authorizer::first_attempt(const Reference& reference, const Message& request) {
  const auto parts = parse_reference(reference);
  if (parts && parts->attempt.value <= plausible_attempts_max) return parts->attempt.value == 1;
  std::string order;
  for (const Field field :
       {Field::card_number, Field::amount, Field::terminal, Field::merchant, Field::currency}) {
    const std::string_view text = request[field];
    order.append(field == Field::card_number ? text.substr(text.size() - 4) : text).append("|");
  }
  if (tried_.size() >= tried_max) tried_.clear();
  return tried_.insert(std::move(order)).second;
}

ApprovalCode Authorizer::draw_approval_code() {
  std::array<char, 6> text{};
  base32::write(dice_.roll(), text.size(), text.data());
  return ApprovalCode(std::string_view(text.data(), text.size()));
}

}  // namespace spillway::sandbox
