// Brings outcome mails to the mail server, at its pace: never more in flight than it takes.
//
// Does: read the order, make the mail, try again with growing waits; pause as a whole while the
// server is away. Must not: hold up any order, or forget a mail: what is due stands in the journal
// and comes back with a restart. A mail may go out twice (the server took it and we did not hear);
// its Message-ID stays the same.
#pragma once

#include <deque>
#include <queue>
#include <unordered_map>

#include "actors/actor_base.hpp"
#include "actors/services.hpp"

namespace spillway::actors {

class Notifier : public Actor<NotifierActor> {
 public:
  Notifier(caf::actor_config& config, const Services& services, const Peers& peers)
      : Actor(config), services_(services), peers_(peers) {}

  behavior_type make_behavior() override;

 private:
  // 16 bytes each: the outbox may hold millions while a mail server is away.
  struct Due {
    OrderNumber order;
    Notice notice{};
    std::uint16_t tries = 0;
  };
  static_assert(sizeof(Due) == 16);
  struct Later {
    MonotonicTime at;
    Due due;
    friend bool operator>(const Later& a, const Later& b) { return a.at > b.at; }
  };

  void due(const NoticesDue& message);
  void returned(const MailReturned& message);
  void try_later(Due due);
  void fill();
  void deliver(const Due& due);
  // The mail has come to its end: taken, or never to be taken.
  void settle(const Due& due, bool delivered);
  bool is_current(const Due& due);
  void tick_at(MonotonicTime at);
  void show();

  const Services& services_;
  const Peers& peers_;
  std::deque<Due> outbox_;
  std::priority_queue<Later, std::vector<Later>, std::greater<>> later_;
  std::unordered_map<std::uint64_t, Due> in_flight_;
  // Orders of which an older notice still stands somewhere above: the one that is due now.
  std::unordered_map<OrderNumber, Notice> replaced_;
  std::uint64_t next_id_ = 1;
  std::uint32_t failures_in_a_row_ = 0;
  MonotonicTime paused_until_{};
  std::optional<MonotonicTime> tick_at_;
};

}  // namespace spillway::actors
