// The line to one relay centre, seen from the orders: what is outstanding, for how long, and whose
// an answer is. Field 37 names the order and attempt, so an answer finds its order however late it
// comes, also after a restart.
//
// Does: have the sealed cards fetched, hand requests to the wire at its pace and in one piece,
// notice what gets no answer in time. The limiter's permits come at the pace too, but between a
// permit and the wire stands a commit; when that is slow, what it held up would leave all at once.
// Must not: open a card, repeat anything, or conclude anything about an order.
#pragma once

#include <deque>
#include <memory>
#include <span>
#include <unordered_map>

#include "actors/base/actor_base.hpp"
#include "actors/relay/line_host.hpp"
#include "actors/relay/line_log.hpp"
#include "actors/services/services.hpp"
#include "engine/pacing/pacer.hpp"
#include "engine/pacing/prediction.hpp"

namespace spillway::actors {

class RelayLine : public Actor<RelayLineActor> {
 public:
  RelayLine(caf::actor_config& config, std::unique_ptr<LineHost> host, const RelayPeers& peers,
            net::RelayPort& port, const RelaySettings& settings, RelayMetrics& metrics)
      : Actor(config),
        host_(std::move(host)),
        peers_(peers),
        port_(port),
        settings_(settings),
        metrics_(metrics),
        log_(settings, metrics),
        // What was sent just before the process began anew counts too.
        pacer_(settings.pacing.per_second, monotonic(), false),
        no_rate_(peers.rate_keeper != nullptr) {
    metrics_.outlook.set_answer_time(settings.answer_time_max);  // until it is known
  }

  behavior_type make_behavior() override;

 private:
  struct Outstanding {
    net::RelayMessage message{};
    SystemId system;
    OrderNumber order;
    Attempt attempt;
    MonotonicTime deadline;
  };
  struct Deadline {
    MonotonicTime at;
    std::uint64_t key = 0;
  };
  // What a turn means for the limiter.
  struct Outcome {
    std::size_t permits_done = 0;
    LineSigns signs;
  };

  void send_requests(SendRequests& message);
  void change_pace(const ChangePacing& message);
  void release();
  void put_on_wire(std::span<const LineRequest> requests, MonotonicTime now);
  void note_sent(Outstanding request, MonotonicTime now);
  void line_up();
  void line_down(const LineIsDown& message);
  void replies(const LineReplies& message);
  void note_answer(const net::RelayReply& reply, const Outstanding& request, MonotonicTime now,
                   Outcome& outcome);
  void look_for_overdue();
  void arm_tick();

  void unanswered(const Outstanding& request, DoubtReason reason);
  static Outstanding unsent(const LineRequest& request);
  void tell(const Outcome& outcome);

  const std::unique_ptr<LineHost> host_;
  const RelayPeers& peers_;
  net::RelayPort& port_;
  const RelaySettings& settings_;
  RelayMetrics& metrics_;
  LineLog log_;
  Pacer pacer_;
  bool no_rate_;  // it has no part of its contract's rate: nothing leaves
  AnswerTimes answer_times_;
  std::vector<LineRequest> unsent_;  // wait for the pace
  std::unordered_map<std::uint64_t, Outstanding> outstanding_;
  std::deque<Deadline> deadlines_;  // in the order of time, since all wait equally long
  bool up_ = false;
  bool tick_under_way_ = false;
  bool pace_tick_under_way_ = false;
};

}  // namespace spillway::actors
