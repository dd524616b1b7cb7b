// What waits for authorization at one relay centre. Who is due first leaves first (turn_of),
// whether it is here for the first time or comes back; among those that want nothing of their
// timing that is the oldest. Those never see a heap. What waits for an issuer that does not answer
// waits by itself (issuer_lines.hpp).
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <tuple>
#include <vector>

#include "engine/base/time.hpp"
#include "engine/order/order_line.hpp"
#include "engine/order/priority_line.hpp"
#include "engine/order/waiting_order.hpp"
#include "engine/pacing/issuer_lines.hpp"

namespace spillway {

class AuthorizationQueue {
 public:
  // Numbers must increase from push to push.
  void push(const WaitingOrder& order);

  // For an order that was here before: it may be taken from `not_before` on.
  void push_later(const WaitingOrder& order, MonotonicTime not_before);

  // For one that was told to come back, since its issuer does not answer.
  void came_back(const WaitingOrder& order, MonotonicTime not_before, MonotonicTime now);

  // An order that had so many attempts got an answer of its issuer's own.
  void answered(Issuer issuer, Attempt attempt, MonotonicTime now) {
    lines_.answered(issuer, attempt, now);
  }

  // Takes the order out if it is still here, and gives its place back; says whether it was.
  bool withdraw(OrderNumber number);

  // Appends up to `count` orders to `out`, by their turn.
  std::size_t pop(std::size_t count, MonotonicTime now, std::vector<WaitingOrder>& out);

  std::size_t size() const;                                        // all that waits, due or not
  std::size_t ready(MonotonicTime now) const;                      // what `pop` could give now
  std::optional<MonotonicTime> next_due(MonotonicTime now) const;  // when time alone makes it more
  // Of those that are here for the first time, but for those of issuers that are away.
  std::optional<Timestamp> oldest_received() const;
  std::optional<Timestamp> oldest_waiting() const;  // with them

  std::size_t apart() const { return lines_.size(); }  // those that wait for their issuers

  // Issuers that failed to answer lately, and how many of them are away.
  std::size_t issuers_watched() const { return lines_.watched(); }
  std::size_t issuers_away() const { return lines_.away(); }
  std::set<CardCompany> companies_away() const { return lines_.companies_away(); }

 private:
  struct Later {
    MonotonicTime not_before;
    WaitingOrder order;
    bool issuer_is_away = false;
  };
  struct LaterFirst {
    bool operator()(const Later& a, const Later& b) const {
      return std::tie(a.not_before, a.order.number) > std::tie(b.not_before, b.order.number);
    }
  };
  struct ByTurn {
    bool operator()(const WaitingOrder& a, const WaitingOrder& b) const {
      return turn_of(a) < turn_of(b);
    }
  };

  std::size_t due(std::size_t root, MonotonicTime now) const;
  void let_come_back(MonotonicTime now);
  std::optional<WaitingOrder> pop_next(const Turn& bound);
  std::optional<WaitingOrder> take(OrderNumber number);

  OrderLine plain_;                       // want nothing of their timing
  PriorityLine timed_;                    // the others
  std::vector<Later> later_;              // a heap, earliest first
  std::set<WaitingOrder, ByTurn> again_;  // their time to come back has come
  IssuerLines lines_;
};

}  // namespace spillway
