// The orders of issuers that do not answer (issuer_watch.hpp), apart from all others: they neither
// hold up the others nor take their permits. What was never sent waits here while its issuer is
// away; what was told to come back waits here in any case, and goes as its company's budget allows
// (repeat_budget.hpp). Of those that ask an issuer that is away, the least tried goes first; when
// that is in vain several times in a row, the newest by turns with the oldest, since a range may
// have more issuers than one.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <vector>

#include "engine/order/issuer.hpp"
#include "engine/order/waiting_order.hpp"
#include "engine/pacing/issuer_watch.hpp"
#include "engine/pacing/limits.hpp"
#include "engine/pacing/repeat_budget.hpp"

namespace spillway {

class IssuerLines {
 public:
  IssuerLines();

  // What became of a request for an order that had so many attempts.
  void came_back(Issuer issuer, Attempt attempt, MonotonicTime now);
  void answered(Issuer issuer, Attempt attempt, MonotonicTime now);

  // Whether an order has to wait here before it goes.
  bool is_away(Issuer issuer) const;
  void keep(const WaitingOrder& order);
  std::optional<WaitingOrder> take(OrderNumber number);

  // Who of them goes first now, if any may; `pop` takes it out, as one that goes.
  const WaitingOrder* front(MonotonicTime now);
  WaitingOrder pop(MonotonicTime now);

  std::size_t size() const { return kept_.size(); }
  std::size_t ready(MonotonicTime now) const;
  // When `ready` is more by time alone; nothing when it is not.
  std::optional<MonotonicTime> next_due(MonotonicTime now) const;
  std::optional<Timestamp> oldest_received() const;  // of the first by their turn, never sent

  // Issuers that failed to answer lately, and how many of them are away.
  std::size_t watched() const { return ranges_.size(); }
  std::size_t away() const;
  std::set<CardCompany> companies_away() const;

  // Forgets what has been well, or unheard of, for limits::issuer_memory.
  void forget(MonotonicTime now);

 private:
  struct ByTurn {
    bool operator()(const WaitingOrder& a, const WaitingOrder& b) const {
      return turn_of(a) < turn_of(b);
    }
  };
  struct LeastTriedFirst {
    bool operator()(const WaitingOrder& a, const WaitingOrder& b) const {
      return a.attempt != b.attempt ? a.attempt < b.attempt : turn_of(a) < turn_of(b);
    }
  };
  struct Range {
    IssuerWatch watch;
    MonotonicTime failed_at{};
    std::set<WaitingOrder, ByTurn> fresh{};             // never sent
    std::set<WaitingOrder, LeastTriedFirst> repeats{};  // told to come back
    bool empty() const { return fresh.empty() && repeats.empty(); }
  };
  struct Company {
    IssuerWatch watch;
    RepeatBudget budget;
  };
  struct Choice {
    const WaitingOrder* order = nullptr;
    Range* range = nullptr;
    bool charged = false;  // to the company's budget
  };

  Range& range_of(Issuer issuer);
  // Its own, or that of its whole company; nothing when neither is watched.
  std::map<Issuer, Range>::const_iterator find(Issuer issuer) const;
  Company& company_of(Issuer issuer) { return companies_[issuer.company()]; }
  const Company& company_of(Issuer issuer) const { return companies_[issuer.company()]; }
  static const WaitingOrder& probe(const Range& range);
  std::optional<Choice> choose(MonotonicTime now);

  std::vector<Company> companies_;  // by Issuer::company
  std::map<Issuer, Range> ranges_;
  struct Place {
    Issuer range;
    WaitingOrder order;
  };
  std::unordered_map<OrderNumber, Place> kept_;
  std::optional<Choice> chosen_;  // by `front`
};

}  // namespace spillway
