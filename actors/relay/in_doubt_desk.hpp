// Settles attempts that are in doubt at one relay centre: a repeat or a reversal under the first
// reference, until one is acknowledged.
//
// Does: give every attempt its own times to be tried again, so that one that cannot pass holds up
// no other; after the configured tries tell the shard, which puts the order before a person.
// Must not: drop anything, or turn to another relay centre. It starts from the journal (see
// storage/views/recovery), so what it holds survives the process.
#pragma once

#include <deque>
#include <map>
#include <queue>

#include "actors/base/actor_base.hpp"
#include "actors/services/services.hpp"

namespace spillway::actors {

class InDoubtDesk : public Actor<InDoubtDeskActor> {
 public:
  InDoubtDesk(caf::actor_config& config, const Services& services, const Peers& peers,
              const RelaySettings& settings)
      : Actor(config),
        services_(services),
        peers_(peers),
        settings_(settings),
        metrics_(services.metrics.relay(settings.id).in_doubt) {}

  behavior_type make_behavior() override;

 private:
  struct Key {
    OrderNumber order;
    Attempt attempt;
    friend auto operator<=>(const Key&, const Key&) = default;
  };
  struct Open {
    Doubt doubt;
    std::uint32_t tries = 0;  // requests that were sent
    ResponseCode last_code;   // of the answers to reversals; empty: none came
    std::uint64_t turn = 0;   // tells the current wait from those that were given up
    Timestamp since;
    MonotonicTime quiet_since;  // no request but reversals has gone out since
    // Of the reversals that went out when the late window was over: only to them is "nothing found
    // to reverse" an answer. One that was asked earlier may be told late.
    std::vector<std::uint32_t> traces_after_window;
  };
  struct Wait {
    MonotonicTime until;
    Key key;
    std::uint64_t turn = 0;
    friend bool operator>(const Wait& a, const Wait& b) { return a.until > b.until; }
  };
  struct Ready {
    Key key;
    std::uint64_t turn = 0;
  };

  void settle(const SettleDoubts& message);
  void forget(Key key);
  void repeat_unanswered(const UnansweredOrder& repeat);
  void reversal_answered(const ReversalReply& reply);
  void try_later(Key key, const ResponseCode& code);
  void collect_due();
  void use(const Permits& permits);
  void ask();
  void want(std::size_t count);
  void show();
  LineRequest next_request(Open& open) const;

  const Services& services_;
  const Peers& peers_;
  const RelaySettings& settings_;
  QueueMetrics& metrics_;
  std::map<Key, Open> open_;
  std::priority_queue<Wait, std::vector<Wait>, std::greater<>> waits_;
  std::deque<Ready> ready_;
  std::uint64_t next_turn_ = 1;
  std::size_t asked_ = 0;  // permits that are to come
  bool wanted_ = false;    // something was, last that was said
  std::optional<MonotonicTime> tick_at_;
};

}  // namespace spillway::actors
