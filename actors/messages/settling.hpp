// Settling what is in doubt.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "actors/messages/authorizing.hpp"
#include "engine/order/order.hpp"

namespace spillway::actors {

// One attempt to be settled, by a repeat or by a reversal.
struct Doubt {
  OrderNumber order;
  Attempt attempt;
  bool reverse = false;
  Reference reference;
  std::uint32_t stan = 0;
  Timestamp sent_at;
  Money amount;
  ShopId shop;
  std::optional<Money> held{};  // by the issuer, as it said, where that is not `amount`
};

struct SettleDoubts {
  std::vector<Doubt> doubts;
};

struct DoubtSettled {
  OrderNumber order;
  Attempt attempt;
};

struct ReversalReply {
  OrderNumber order;
  Attempt attempt;
  std::uint32_t trace = 0;  // of the try that is answered
  RelayAnswer answer;       // its code is empty, too, when no answer came
};
struct ReversalsAnswered {
  std::vector<ReversalReply> replies;
};

// Repeats got no answer in time.
struct RepeatsUnanswered {
  std::vector<UnansweredOrder> orders;
};

struct AttemptReversed {
  OrderNumber order;
  Attempt attempt;
  ResponseCode code;
};

struct EscalateDoubt {
  OrderNumber order;
  Attempt attempt;
  std::uint16_t tries = 0;
  ResponseCode last_code;  // of the answers to them; empty: none came
};

}  // namespace spillway::actors
