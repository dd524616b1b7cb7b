#include "actors/cluster/cluster_network.hpp"

#include <set>
#include <string>

#include <caf/event_based_actor.hpp>
#include <caf/io/middleman.hpp>
#include <caf/openssl/manager.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>

#include "engine/base/invariants.hpp"
#include "engine/sharing/limits.hpp"
#include "net/stream/reachable.hpp"
#include "net/tls/tls_groups.hpp"

namespace spillway::actors {
namespace {

caf::io::middleman_actor middleman(caf::actor_system& system, const ClusterSettings& cluster) {
  return cluster.tls ? system.openssl_manager().actor_handle() : system.middleman().actor_handle();
}

// Connects in its own thread: CAF's connect waits as long as the kernel does, and all that come
// after it wait, too; so whether anybody is there is found out before.
class Connector : public caf::event_based_actor {
 public:
  Connector(caf::actor_config& config, caf::io::middleman_actor middleman, Address address,
            SystemLinkActor who)
      : caf::event_based_actor(config),
        middleman_(std::move(middleman)),
        address_(std::move(address)),
        who_(std::move(who)) {}

  caf::behavior make_behavior() override {
    if (const auto there =
            net::reachable(address_.host, address_.port, limits::node_reach_time_max);
        !there) {
      tell({nullptr, there.error().message});
      return {};
    }
    request(middleman_, std::chrono::milliseconds(limits::node_connect_time_max),
            caf::connect_atom::value, address_.host, address_.port)
        .then(
            [this](const caf::node_id&, const caf::strong_actor_ptr& port,
                   const std::set<std::string>&) {
              tell({port, port ? "" : "somebody else listens there"});
            },
            [this](const caf::error& error) {
              tell({nullptr, system().render(error)});
            });
    return {};
  }

 private:
  void tell(PortReached reached) { caf::anon_send(who_, std::move(reached)); }

  const caf::io::middleman_actor middleman_;
  const Address address_;
  const SystemLinkActor who_;
};

}  // namespace

void load_cluster_network(caf::actor_system_config& config, const ClusterSettings& cluster) {
  config.load<caf::io::middleman>();
  // At each of its heartbeats CAF 0.17.6 gives up a connection on which nothing has come yet. Over
  // a slow cable two round trips pass before that: more than 200 ms at 100 ms each, and with
  // heartbeats that often no try would ever get through.
  config.set("middleman.heartbeat-interval", caf::timespan(limits::node_lost_after));
  config.set("middleman.connection-timeout", caf::timespan(limits::node_lost_after * 2));
  config.add_message_type<NodeFrame>("spillway::actors::NodeFrame");
  if (!cluster.tls) return;
  // CAF's port makes its own contexts, and says hello to whoever comes before it asks for a
  // certificate.
  SPILLWAY_CHECK(net::hold_all_tls_to_these_groups(), "OpenSSL does not take the groups of TLS");
  config.load<caf::openssl::manager>();
  config.openssl_certificate = cluster.tls->certificate;
  config.openssl_key = cluster.tls->key;
  config.openssl_cafile = cluster.tls->ca;
}

Result<std::uint16_t> open_node_port(caf::actor_system& system, const ClusterSettings& cluster,
                                     const NodePortActor& port) {
  caf::scoped_actor self(system);
  Result<std::uint16_t> result{Error{"nodes cannot be taken"}};
  self->request(middleman(system, cluster), caf::infinite, caf::publish_atom::value,
                cluster.listen->port, caf::actor_cast<caf::strong_actor_ptr>(port),
                std::set<std::string>(), cluster.listen->host, true)
      .receive([&](std::uint16_t opened) { result = opened; },
               [&](const caf::error& error) {
                 result = Error{"nodes cannot be taken at " + to_text(*cluster.listen) + ": " +
                                system.render(error)};
               });
  return result;
}

void NetworkPorts::find(const Address& address, SystemLinkActor who) {
  system_.spawn<Connector, caf::detached>(middleman(system_, cluster_), address, std::move(who));
}

}  // namespace spillway::actors
