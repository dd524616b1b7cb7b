#include "sandbox/authorizer.hpp"

#include <algorithm>
#include <array>

#include "engine/base/base32.hpp"

namespace spillway::sandbox {
namespace {

using net::iso8583::Field;
using net::iso8583::Message;

// An order has a few attempts. What reads like an engine's reference with more is another's.
constexpr std::uint16_t plausible_attempts_max = 99;
constexpr std::size_t tried_max = 100'000;

constexpr Currency yen{392};
constexpr Currency us_dollar{840};

Currency currency_of(const Message& request) {
  return {static_cast<std::uint16_t>(net::iso8583::number_in(request[Field::currency]))};
}

struct Approval {
  ResponseCode code;
  Money granted;
};

// What the issuer holds of what was asked for.
Approval approve(const Message& request, Oddity oddity) {
  const Money asked{static_cast<std::int64_t>(net::iso8583::number_in(request[Field::amount])),
                    currency_of(request)};
  const Money half{std::max<std::int64_t>(1, asked.minor_units / 2), asked.currency};
  switch (oddity) {
    case Oddity::partial:
      return {"10", half};
    case Oddity::other_amount:
      return {"00", half};
    case Oddity::other_currency:
      return {"00", {asked.minor_units, asked.currency == us_dollar ? yen : us_dollar}};
    case Oddity::honour:
      return {"08", asked};
    case Oddity::vip:
      return {"11", asked};
    default:
      return {"00", asked};
  }
}

}  // namespace

Authorizer::Authorizer(const RelayCentreOptions& options, MonotonicTime now)
    : book_(options.repeats_recognised), dice_(options.seed) {
  if (options.rate) rate_.emplace(*options.rate, std::max(1.0, *options.rate / 10), now);
}

Decision Authorizer::authorize(const Message& request, MonotonicTime now, bool busy,
                               Oddity chance) {
  const Reference reference(net::iso8583::without_filling(request[Field::reference]));
  const SandboxCard card = sandbox_card(request[Field::card_number]);
  // These do to every answer what they do; the others are spent with the first decision.
  const bool lasting =
      card.behaviour == CardBehaviour::silent || card.behaviour == CardBehaviour::twice;
  if (const auto standing = book_.standing(reference)) {
    const Oddity of_card = card.oddity == Oddity::duplicate ? card.oddity : Oddity::none;
    return {*standing, lasting ? card.behaviour : CardBehaviour::plain,
            chance != Oddity::none ? chance : of_card};
  }

  if (busy || (rate_ && rate_->take(1, now) == 0))
    return {book_.decide(reference, "96", {}), {}, {}};

  Decision decision{{}, card.behaviour, chance != Oddity::none ? chance : card.oddity};
  ResponseCode code = card.code;
  if (card.behaviour == CardBehaviour::inoperative_first ||
      card.behaviour == CardBehaviour::garbage_first) {
    if (!first_attempt(reference, request)) {
      decision.behaviour = CardBehaviour::plain;
    } else if (card.behaviour == CardBehaviour::inoperative_first) {
      code = "91";
    }
  }
  if (code == ResponseCode("00")) {
    const Approval approval = approve(request, decision.oddity);
    decision.ruling =
        book_.decide(reference, approval.code, draw_approval_code(), approval.granted);
  } else {
    decision.ruling = book_.decide(reference, code, {}, {0, currency_of(request)});
  }
  return decision;
}

Decision Authorizer::reverse(const Message& request, Oddity chance) {
  return {book_.reverse(net::iso8583::without_filling(request[Field::reference])),
          CardBehaviour::plain, chance};
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
