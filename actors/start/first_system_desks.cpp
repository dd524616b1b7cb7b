// The desks of a first system: who answers the routes beside the orders.
#include <caf/send.hpp>

#include "actors/accounts/shop_desk.hpp"
#include "actors/start/first_system_parts.hpp"

namespace spillway::actors {

void FirstSystem::Parts::open_desks() {
  desks.webhooks = peers.webhook_desk;
  desks.nodes = peers.node_port;
  desks.members = member_gateway.get();
  desks.paces = peers.pace_desk;
  desks.cases = peers.case_desk;
  desks.mails = peers.notifier;
  desks.queries = peers.query_desk;
  desks.shops = actors.spawn<ShopDesk>(ShopDeskServices{
      *shops, *registry, *keyed_answers, peers.registrar,
      [this](std::shared_ptr<const net::ShopDirectory> directory, std::function<void()> taken) {
        api->set_shops(std::move(directory), std::move(taken));
      },
      civil_now});
}

void FirstSystem::Parts::close_desks() {
  caf::anon_send_exit(desks.shops, caf::exit_reason::user_shutdown);
  desks = {};
}

}  // namespace spillway::actors
