// Members as the HTTP loops see them. On a loop's thread: a member's number is looked up in memory,
// and a card is sealed before it goes anywhere: for the order that it pays, or under the key of the
// member who registers it.
#pragma once

#include <functional>

#include "actors/services/services.hpp"
#include "engine/card/card.hpp"
#include "net/api/common/control_api.hpp"
#include "net/api/common/order_members.hpp"
#include "storage/members/member_book.hpp"

namespace spillway::actors {

class MemberGateway final : public net::OrderMembers, public net::ControlBackend {
 public:
  MemberGateway(const storage::MemberBook& book, const CardSeal& vault,
                std::function<Timestamp()> now, const Peers& peers)
      : book_(book), vault_(vault), now_(std::move(now)), peers_(peers) {}

  Result<net::OrderMember, net::FieldError> find(ShopId shop, std::string_view number,
                                                 bool wants_card,
                                                 CardExpiry this_month) const override;

  // One of the members' routes.
  void handle(net::ControlRequest request) override;

 private:
  void seal_card(AskMembers& asked) const;

  const storage::MemberBook& book_;
  const CardSeal& vault_;
  std::function<Timestamp()> now_;
  const Peers& peers_;
};

}  // namespace spillway::actors
