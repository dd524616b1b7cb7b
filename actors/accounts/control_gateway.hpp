// From the routes beside the orders to the desks that answer them. On a loop's thread.
#pragma once

#include "actors/messages/interfaces.hpp"
#include "actors/messages/node_interfaces.hpp"
#include "net/api/common/control_api.hpp"

namespace spillway::actors {

struct ControlDesks {
  ShopDeskActor shops;
  WebhookDeskActor webhooks;
  NodePortActor nodes;
  net::ControlBackend* members = nullptr;  // seals cards before its desk
  PaceDeskActor paces;
  CaseDeskActor cases;
  NotifierActor mails;
  QueryDeskActor queries;
};

class ControlGateway : public net::ControlBackend {
 public:
  // The desks are there before the first request.
  explicit ControlGateway(const ControlDesks& desks) : desks_(desks) {}

  void handle(net::ControlRequest request) override;

 private:
  const ControlDesks& desks_;
};

}  // namespace spillway::actors
