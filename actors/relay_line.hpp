// The line to one relay centre, seen from the orders: what is outstanding, for how long, and whose
// an answer is. Field 37 names the order and attempt, so an answer finds its order however late it
// comes, also after a restart.
//
// Does: fetch the sealed cards, hand requests to the wire at its pace and in one piece, notice what
// gets no answer in time. The limiter's permits come at the pace too, but between a permit and the
// wire stands a commit; when that is slow, what it held up would leave all at once.
// Must not: open a card, repeat anything, or conclude anything about an order.
#pragma once

#include <deque>
#include <span>
#include <unordered_map>

#include "actors/actor_base.hpp"
#include "actors/services.hpp"
#include "engine/pacer.hpp"

namespace spillway::actors {

class RelayLine : public Actor<RelayLineActor> {
 public:
  RelayLine(caf::actor_config& config, const Services& services, const Peers& peers,
            const RelaySettings& settings)
      : Actor(config),
        services_(services),
        peers_(peers),
        settings_(settings),
        metrics_(services.metrics.relay(settings.id)),
        // What was sent just before the process began anew counts too.
        pacer_(settings.pacing.per_second, monotonic(), false) {}

  behavior_type make_behavior() override;

 private:
  struct Outstanding {
    net::RelayMessage message{};
    OrderNumber order;
    Attempt attempt;
    MonotonicTime deadline;
  };
  struct Deadline {
    MonotonicTime at;
    std::uint64_t key = 0;
  };
  // What became of requests, gathered over one turn and told once.
  struct Outcome {
    ByShard<AnsweredOrder> answered;
    ByShard<UnansweredOrder> unanswered;
    std::vector<ReversalReply> reversals;
    std::vector<UnansweredOrder> repeats_unanswered;
    std::size_t permits_done = 0;
    LineSigns signs;
  };

  void send_requests(SendRequests& message);
  void release();
  void put_on_wire(std::span<const LineRequest> requests, MonotonicTime now);
  void note_sent(const LineRequest& request, MonotonicTime now);
  void line_up();
  void line_down(net::LineLoss loss);
  void tls_failed(const std::string& why);
  void replies(const LineReplies& message);
  void note_answer(const net::RelayReply& reply, const Outstanding& request, MonotonicTime now,
                   Outcome& outcome);
  void look_for_overdue();
  void arm_tick();

  void unanswered(const Outstanding& request, DoubtReason reason, Outcome& outcome) const;
  void tell(Outcome& outcome);

  const Services& services_;
  const Peers& peers_;
  const RelaySettings& settings_;
  RelayMetrics& metrics_;
  Pacer pacer_;
  std::vector<LineRequest> unsent_;  // wait for the pace
  std::unordered_map<std::uint64_t, Outstanding> outstanding_;
  std::deque<Deadline> deadlines_;  // in the order of time, since all wait equally long
  bool up_ = false;
  bool tick_under_way_ = false;
  bool pace_tick_under_way_ = false;
};

}  // namespace spillway::actors
