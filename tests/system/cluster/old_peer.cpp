// A node of another version of the protocol: joins the cluster's network with a good certificate,
// says hello in frames of its version, and prints why the first system refuses it.
//
//   old_peer ADDRESS:PORT CERTIFICATE KEY CA VERSION
#include <cstdlib>
#include <future>
#include <iostream>
#include <string>

#include "actors/base/actor_base.hpp"
#include "actors/cluster/node_protocol.hpp"
#include "actors/messages/node_interfaces.hpp"
#include "actors/start/actor_threads.hpp"

namespace spillway::actors {
namespace {

class OldPeer : public Actor<SystemLinkActor> {
 public:
  OldPeer(caf::actor_config& config, std::uint16_t version, std::promise<std::string>& told)
      : Actor(config), version_(version), told_(told) {}

  behavior_type make_behavior() override {
    return {
        [this](const NodeFrame& message) {
          const auto said = node::decode(message.bytes);
          const auto* refused = said ? std::get_if<node::Refused>(&*said) : nullptr;
          told_.set_value(refused != nullptr ? refused->reason : "it was not refused");
          quit();
        },
        [this](const PortReached& message) {
          if (message.port) return hello(message.port);
          told_.set_value("not reached: " + message.why);
          quit();
        },
        [](const OfferPermits&) {},
        [](const RateInForce&) {},
        [](NodeResults&) {},
        [](const DrainNode&) {},
        [](const FinishTelling&) {},
        [](Tick) {},
    };
  }

 private:
  void hello(const caf::strong_actor_ptr& port) {
    const node::Hello hello{"old", 1, "nonce", std::string(32, 'k'), {}, {{"east"}}};
    port->enqueue(caf::strong_actor_ptr(ctrl()), caf::make_message_id(),
                  caf::make_message(NodeFrame{version_, 0, 1, node::encode(hello)}), nullptr);
  }

  const std::uint16_t version_;
  std::promise<std::string>& told_;
};

int run(char** arguments) {
  const auto address = address_from(arguments[1]);
  if (!address) return 2;
  ClusterSettings cluster;
  cluster.tls = TlsFiles{arguments[2], arguments[3], arguments[4]};
  ActorThreads threads(&cluster);
  caf::actor_system system(threads);
  NetworkPorts ports(system, cluster);
  std::promise<std::string> told;
  auto answer = told.get_future();
  const auto version = static_cast<std::uint16_t>(std::atoi(arguments[5]));
  ports.find(*address, system.spawn<OldPeer>(version, told));
  if (answer.wait_for(std::chrono::seconds(20)) != std::future_status::ready) std::quick_exit(1);
  std::cout << answer.get() << std::endl;
  std::quick_exit(0);  // the connection stays open, and so would the actor system
}

}  // namespace
}  // namespace spillway::actors

int main(int count, char** arguments) {
  return count == 6 ? spillway::actors::run(arguments) : 2;
}
