// From the queue through the shard to the line, and the answers back.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "actors/messages/permits.hpp"
#include "engine/order/order.hpp"
#include "engine/pacing/authorization_queue.hpp"
#include "net/relay/relay_connection.hpp"

namespace spillway::actors {

struct Enqueue {
  std::vector<WaitingOrder> orders;
};

struct EnqueueLater {
  WaitingOrder order;
  Duration delay{};
  bool issuer_is_away = false;  // it was told to come back; otherwise its last attempt was undone
};

// Issuers gave orders an answer of their own. Told while some issuer of the relay centre does not.
struct IssuerAnswer {
  Issuer issuer;
  Attempt attempt;
};
struct IssuersAnswered {
  std::vector<IssuerAnswer> answers;
};

// Takes the order out of the queue; answered with Withdrawn, whether it was there or not. What the
// queue had handed out before reaches the shard before that answer.
struct Withdraw {
  OrderNumber order;
  Attempt attempt;  // the attempts it already had
};
struct Withdrawn {
  OrderNumber order;
};

struct AuthorizeOrders {
  RelayId relay;
  std::vector<WaitingOrder> orders;
  Way way;
};

// One request for the line, and whose it is. Its reference names the first system, too.
struct LineRequest {
  net::RelayMessage message{};
  OrderNumber order;
  Attempt attempt;
  Reference reference;
  std::uint32_t stan = 0;
  std::uint32_t trace = 0;
  Timestamp sent_at;
  Money amount;
  ShopId shop;
  std::optional<SealedCard> card{};  // comes along at a node; a first system looks it up
};

struct SendRequests {
  RelayId relay;
  std::vector<LineRequest> requests;
};

struct LineReplies {
  std::vector<net::RelayReply> replies;
};

struct AnsweredOrder {
  OrderNumber order;
  LineAnswer answer;
};
struct OrdersAnswered {
  std::vector<AnsweredOrder> orders;
};

struct UnansweredOrder {
  OrderNumber order;
  Attempt attempt;
  DoubtReason reason{};
};
struct OrdersUnanswered {
  std::vector<UnansweredOrder> orders;
};

}  // namespace spillway::actors
