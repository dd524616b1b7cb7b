// The shops of the simulation: they order, repeat themselves, cancel, approve and ask, and remember
// what they were told. That memory is what the engine is held to.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>

#include "actors/accounts/member_gateway.hpp"
#include "actors/configuration/configuration.hpp"
#include "net/api/common/order_backend.hpp"
#include "storage/views/recovery.hpp"
#include "tests/simulation/worlds/member_world.hpp"
#include "tests/simulation/worlds/world.hpp"

namespace spillway::simulation {

// A seal that shows which order a card was given for: the order's amount is its own in each run.
class PlainSeal : public CardSeal {
 public:
  SealedCard seal(const CardDetails& card, ShopId shop) const override;
  std::optional<CardDetails> open(const SealedCard&, ShopId) const override { return {}; }
  mutable std::int64_t amount_of_next = 0;
};
bool card_belongs(const SealedCard& card, const Money& amount);

class ShopWorld : public net::ApiAnswers {
 public:
  ShopWorld(World& world, const actors::Configuration& configuration, MemberWorld& members);

  // What a shop knows of one order that it wanted placed.
  struct Wish {
    ShopId shop;
    std::int64_t amount = 0;
    CardCompany company{};
    std::string card = "4242424242424242";
    std::string member;  // empty: a guest
    std::string key;     // Idempotency-Key; empty: none
    std::string body;
    Urgency urgency = Urgency::normal;
    std::optional<Timestamp> verdict_by;
    std::optional<std::optional<std::uint32_t>> promise;  // of its first 202
    std::set<OrderNumber> orders;                         // the 202s it got
    bool refused_for_good = false;
    bool cancel_confirmed = false;
    bool approved = false;
    bool alone = false;  // its shop does not come back to it
  };
  const std::vector<Wish>& wishes() const { return wishes_; }

  // A new life of the engine is there, or none is.
  void connect(net::OrderBackend* backend, actors::MemberGateway* members, const PlainSeal* seal);

  // Places `count` orders over a while.
  void plan(std::size_t count, Duration over);

  // Places this one order now; its place among the wishes.
  std::size_t order(Wish wish);
  void cancel(OrderNumber order);  // of the first shop

  // Approves, one way or the other, whatever the card company has to be asked about.
  void approve_all(const std::vector<std::pair<ShopId, OrderNumber>>& orders);

  void answer(std::vector<net::ApiAnswer> batch) override;

  // Whether an order's time was over and it has left the journal.
  std::function<bool(OrderNumber)> has_left = [](OrderNumber) { return false; };

  // A new life of the engine counts anew: the first shop has few open orders, and others no limit.
  void count_open_orders(storage::Recovered& recovered);
  const ShopGate& gate() const { return *gate_; }

  std::size_t statuses_seen = 0;
  std::size_t repeats_of_removed = 0;  // of orders that had left, answered as the first time
  std::size_t asked_in_vain = 0;       // for orders that had left
  std::size_t lists_shown = 0;
  std::size_t lists_refused = 0;  // the views were behind for too long

 private:
  struct Question {
    std::size_t wish = 0;
    enum class Kind {
      order,
      inquiry,
      cancel,
      approval,
      list,
      late_approval,
      closing  // `wish` is the member's place
    } kind{};
    bool other_body = false;
    OrderNumber order{};  // that a list must hold
    MonotonicTime asked_at{};
  };

  net::Ticket ask(Question question);
  void place(std::size_t wish, bool other_body);
  bool key_may_be_gone(std::size_t wish);
  void place_in_vain(std::size_t wish, const net::OrderRequest& request, net::FieldError error,
                     bool other_body);
  void follow_up(std::size_t wish, OrderNumber order);
  void close_account(std::size_t member);
  void take_closed(std::size_t member, const net::ApiAnswer& answer);
  void take(const Question& question, const net::ApiAnswer& answer);
  void take_accepted(const Question& question, const net::answers::Accepted& accepted);
  void take_order(const Question& question, const net::OrderView& view);
  void take_list(const Question& question, const net::ApiAnswer& answer);

  World& world_;
  std::vector<ShopId> shops_;
  MemberWorld& members_;
  net::OrderBackend* backend_ = nullptr;
  actors::MemberGateway* member_gateway_ = nullptr;
  const PlainSeal* seal_ = nullptr;
  std::vector<Wish> wishes_;
  std::map<std::uint64_t, Question> open_;  // by the ticket's connection
  std::map<OrderNumber, std::size_t> history_seen_;
  std::uint64_t next_connection_ = 1;
  std::uint32_t open_orders_max_ = 0;
  // A key lives as long as the engine that took it, and longer than that for as long as its order
  // is kept: here that is shorter than a key's life.
  std::optional<Duration> orders_stay_;
  struct FirstPlaced {
    MonotonicTime at;
    std::size_t life = 0;
  };
  std::map<std::size_t, FirstPlaced> first_placed_;
  std::size_t life_ = 0;            // of the engine, counted
  std::unique_ptr<ShopGate> gate_;  // of the first shop
};

}  // namespace spillway::simulation
