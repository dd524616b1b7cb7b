// Orders in every state an order can be in, made by the facts that lead there.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "engine/order/order.hpp"

namespace spillway::samples {

constexpr OrderNumber number{1001};
constexpr Timestamp received_at{std::chrono::seconds(1'800'000'000)};

inline Received received() {
  Received received;
  received.shop = ShopId{7};
  received.relay = RelayId{3};
  received.reference = "A-10023";
  received.amount = Money{3150, *Currency::from_code("JPY")};
  received.card = MaskedCard{CardCompany::visa, {'4', '2', '4', '2'}};
  return received;
}

inline OrderState order() {
  return open_order(number, received(), received_at);
}

// A second passes with every record.
inline void take(OrderState& state, const Fact& fact) {
  const RecordNumber record{state.last_record.value + 1};
  const Timestamp at = received_at + std::chrono::seconds(record.value - number.value);
  apply(state, Event{number, at, fact}, record);
}

inline OrderState after(OrderState state, const std::vector<Fact>& facts) {
  for (const Fact& fact : facts) take(state, fact);
  return state;
}

inline OrderState after(const std::vector<Fact>& facts) {
  return after(order(), facts);
}

inline Sent sent(std::uint16_t attempt) {
  return {Attempt{attempt}, RelayId{3}, make_reference(5, number, Attempt{attempt}),
          make_stan(number, Attempt{attempt})};
}

inline Answered answered(std::uint16_t attempt, const char* code) {
  const bool usable = std::string_view(code) == "00";
  return {Attempt{attempt}, ResponseCode(code), usable ? ApprovalCode("A12345") : ApprovalCode()};
}

inline FellInDoubt fell_in_doubt(std::uint16_t attempt) {
  return {Attempt{attempt}, DoubtReason::no_answer};
}

inline ReversalDecided reversal(std::uint16_t attempt, ReversalReason reason) {
  return {Attempt{attempt}, reason};
}

inline Reversed reversed(std::uint16_t attempt) {
  return {Attempt{attempt}, "00"};
}

struct Sample {
  std::string name;
  OrderState state;
};

inline std::vector<Sample> every_state() {
  using R = ReversalReason;
  const CancelRequested cancel;
  return {
      {"received", after({})},
      {"authorizing, outstanding", after({sent(1)})},
      {"authorizing, a new attempt due", after({sent(1), answered(1, "91")})},
      {"in doubt, repeating", after({sent(1), fell_in_doubt(1)})},
      {"in doubt, reversing", after({sent(1), fell_in_doubt(1), reversal(1, R::in_doubt)})},
      {"approval needed", after({sent(1), answered(1, "01")})},
      {"authorized", after({sent(1), answered(1, "00")})},
      {"authorized by telephone", after({sent(1), answered(1, "01"), ApprovalObtained{"B54321"}})},
      {"refused", after({sent(1), answered(1, "05")})},
      {"cancelling, outstanding", after({sent(1), cancel})},
      {"cancelling, in doubt", after({sent(1), fell_in_doubt(1), cancel})},
      {"cancelling, reversing",
       after({sent(1), answered(1, "00"), cancel, reversal(1, R::cancel)})},
      {"cancelling, authorized", after({sent(1), cancel, answered(1, "00")})},
      {"cancelling, nothing left", after({sent(1), cancel, answered(1, "05")})},
      {"cancelled", after({sent(1), answered(1, "91"), Cancelled{}})},
  };
}

}  // namespace spillway::samples
