// What stands before a person, as operators see it, and their word on it.
//
// Does: keep every open case in memory, as those tell it who have one; show them; of a resolution,
// have the audit log keep who said what, then have the order's shard record it, then answer. So
// nothing is settled that the audit log does not know of. Must not: decide about an order.
#pragma once

#include <deque>
#include <map>

#include "actors/base/actor_base.hpp"
#include "actors/services/services.hpp"
#include "net/api/operators/case_request.hpp"

namespace spillway::actors {

class CaseDesk : public Actor<CaseDeskActor> {
 public:
  CaseDesk(caf::actor_config& config, const Services& services, const Peers& peers)
      : Actor(config), services_(services), peers_(peers) {}

  behavior_type make_behavior() override;

 private:
  struct Resolution {
    OrderNumber order;
    Attempt attempt;
    CaseKind kind{};
    net::ControlRequest request;
  };
  // What a case's name says: "S9C7-ZD3S-MZSW.1", or the order's code alone.
  struct Named {
    OrderNumber order;
    std::optional<Attempt> attempt;
  };
  std::optional<Named> named(std::string_view name) const;
  // Of the order, or what comes after it: those that were told, and orders that nobody serves.
  struct Standing {
    OpenCase open;
    std::optional<WhyUnserved> unserved;
  };
  std::optional<Standing> find(OrderNumber order) const;
  std::vector<Standing> after(OrderNumber order, std::size_t count) const;
  std::string name_of(OrderNumber order, Attempt attempt) const;

  void ask(net::ControlRequest& request);
  void list(const net::ControlRequest& request);
  void resolve(net::ControlRequest& request);
  void change(CasesChanged& message);
  void registered(const Registered& message);
  void settled(const CaseSettled& message);

  void refuse_closed(const net::ControlRequest& request, OrderNumber order);
  void answer(net::ApiAnswer answer);
  void refuse(const net::ControlRequest& request, int status, std::string detail);

  const Services& services_;
  const Peers& peers_;
  std::map<OrderNumber, OpenCase> cases_;
  std::deque<Resolution> registering_;             // on their way to the audit log, in order
  std::map<std::uint64_t, Resolution> resolving_;  // at their shards, by token
  std::uint64_t next_token_ = 1;
};

}  // namespace spillway::actors
