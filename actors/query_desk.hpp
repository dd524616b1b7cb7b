// Answers lists from the views, off the way of the orders. A list shows what the views have
// reached, some tens of milliseconds behind the journal. And what operators look for over all
// shops, the whole story of an order, and the audit log.
//
// What has no index is looked for in bounded steps: a page looks at limits of rows and says where
// the next goes on; a story reads some thousand records a message, so that whoever shares the
// thread goes on meanwhile.
#pragma once

#include <deque>

#include "actors/actor_base.hpp"
#include "actors/services.hpp"

namespace spillway::actors {

class QueryDesk : public Actor<QueryDeskActor> {
 public:
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
  std::deque<Walk> walks_;  // the first is under way
};

}  // namespace spillway::actors
