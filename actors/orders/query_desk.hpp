// Answers lists from the views, off the way of the orders. A list holds all that was committed
// before it was asked for: where the views are behind that, it waits until they have come so far. A
// shop that looks for an order by its reference is never told that there is none while there is
// one. And what operators look for over all shops, the whole story of an order, and the audit log.
//
// What has no index is looked for in bounded steps: a page looks at limits of rows and says where
// the next goes on; a story reads some thousand records a message, so that whoever shares the
// thread goes on meanwhile.
#pragma once

#include <chrono>
#include <deque>
#include <functional>

#include "actors/base/actor_base.hpp"
#include "actors/services/services.hpp"

namespace spillway::actors {

class QueryDesk : public Actor<QueryDeskActor> {
 public:
  // For the views to come as far as the journal was when a list was asked for.
  static constexpr auto wait_max = std::chrono::seconds(5);

  QueryDesk(caf::actor_config& config, const Services& services)
      : Actor(config), services_(services) {}

  behavior_type make_behavior() override;

 private:
  // Records from `next` up to, but not, `end`.
  struct Stretch {
    std::uint64_t next = 0;
    std::uint64_t end = 0;
  };
  // A story on its way.
  struct Walk {
    net::Ticket ticket;
    std::shared_ptr<net::OrderStory> story;
    std::deque<Stretch> stretches;  // still to be read
    bool is_told = false;
  };

  struct Waiting {
    RecordNumber needed;
    MonotonicTime until;
    net::Ticket ticket;
    std::function<void()> answer;
  };

  // Calls `answer` as soon as the views hold the journal's last record of now. When that takes
  // longer than wait_max, the ticket is answered with 503 instead.
  void when_current(net::Ticket ticket, std::function<void()> answer);
  void projected();
  void refuse_overdue();

  void list(const ListOrders& message);
  void search(const SearchOrders& message);
  // Rows that the index or the walk gives for one page, and where the next begins.
  std::vector<storage::OrderRow> candidates(const net::OrderSearch& search,
                                            OrderNumber& next) const;
  std::optional<net::OrderView> fits(const net::OrderSearch& search, storage::OrderRow& row) const;
  bool has_email(const Received& received, const std::string& email) const;

  void tell(const TellOrder& message);
  void read_on();
  void read_some(Walk& walk);
  void finish(Walk& walk);
  void add_webhooks(net::OrderStory& story) const;

  void audit(const net::ControlRequest& request);
  void answer(net::Ticket ticket, decltype(net::ApiAnswer::answer) answer);

  const Services& services_;
  std::deque<Walk> walks_;       // the first is under way
  std::deque<Waiting> waiting_;  // by when they came, so `needed` and `until` only grow
  bool tick_is_due_ = false;
};

}  // namespace spillway::actors
