// The link between a first system and a node alone: CAF under mutual TLS between two processes on
// the loopback, frames packed and read as on an order's way, several batches in flight. Nothing is
// authorized or journaled; each request is answered as approved as soon as it was read.
#include <atomic>
#include <chrono>
#include <cstdio>
#include <future>
#include <string>

#include <CLI/CLI.hpp>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "actors/base/actor_base.hpp"
#include "actors/cluster/cluster_network.hpp"
#include "actors/cluster/node_peer.hpp"
#include "actors/start/actor_threads.hpp"
#include "engine/sharing/limits.hpp"
#include "tests/actors/cluster/sample_request.hpp"

namespace spillway::actors {
namespace {

struct Options {
  std::string folder;  // of certificates: ca.pem, first.pem, first.key, node.pem, node.key
  std::size_t batch = limits::node_frame_requests_max;
  std::size_t in_flight = 8;
  int seconds = 5;
};

ClusterSettings settings_of(const Options& options, const std::string& name) {
  ClusterSettings cluster;
  cluster.tls = TlsFiles{options.folder + "/" + name + ".pem", options.folder + "/" + name + ".key",
                         options.folder + "/ca.pem"};
  cluster.name = name;
  cluster.listen = Address{"127.0.0.1", 0};
  return cluster;
}

// The first system's end.
class Sender : public Actor<NodePortActor> {
 public:
  // `begun` is kept with the first answer.
  Sender(caf::actor_config& config, const Options& options, std::atomic<std::uint64_t>& answered,
         std::promise<void>& begun)
      : Actor(config), options_(options), answered_(answered), begun_(begun) {}

  behavior_type make_behavior() override {
    return {
        [this](const NodeFrame& frame) { heard(frame); },
        [](const NodeProved&) {},
        [](const NodeSeen&) {},
        [](const NodeGone&) {},
        [](const HoldNodes&) {},
        [](const HandleControl&) {},
        [](Tick) {},
    };
  }

 private:
  void heard(const NodeFrame& frame) {
    if (!peer_.handle()) {
      peer_ = NodePeer(current_sender());
      for (std::size_t i = 0; i < options_.in_flight; ++i) send_batch();
      return;
    }
    std::string why;
    const auto said = peer_.hear(frame, 0, why);
    SPILLWAY_CHECK(said.has_value(), "a frame was lost");
    if (answered_ == 0) begun_.set_value();
    answered_ += std::get<node::Results>(*said).answered.size();
    send_batch();
  }

  void send_batch() {
    node::Requests requests;
    requests.requests.reserve(options_.batch);
    for (std::size_t i = 0; i < options_.batch; ++i)
      requests.requests.push_back(request_of(++last_));
    peer_.say(this, 0, requests);
  }

  const Options& options_;
  std::atomic<std::uint64_t>& answered_;
  std::promise<void>& begun_;
  NodePeer peer_;
  std::uint64_t last_ = 0;
};

// The node's.
class Answerer : public Actor<SystemLinkActor> {
 public:
  using Actor::Actor;

  behavior_type make_behavior() override {
    return {
        [this](const NodeFrame& frame) { heard(frame); },
        [this](const PortReached& message) {
          SPILLWAY_CHECK(message.port != nullptr, "the first system's end is not reached");
          peer_ = NodePeer(message.port);
          peer_.say(this, 0, node::Echo{});
        },
        [](const OfferPermits&) {},
        [](const RateInForce&) {},
        [](const NodeResults&) {},
        [](DrainNode) {},
        [](const FinishTelling&) {},
        [](Tick) {},
    };
  }

 private:
  void heard(const NodeFrame& frame) {
    if (!joined_) peer_.moves_to(caf::actor_cast<caf::strong_actor_ptr>(current_sender()));
    joined_ = true;
    std::string why;
    const auto said = peer_.hear(frame, 0, why);
    SPILLWAY_CHECK(said.has_value(), "a frame was lost");
    node::Results results;
    for (const LineRequest& request : std::get<node::Requests>(*said).requests)
      results.answered.push_back({request.order, {request.attempt, {"00"}, "A12345"}});
    peer_.say(this, 0, results);
  }

  NodePeer peer_;
  bool joined_ = false;
};

double processor_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

[[noreturn]] void run_node(const Options& options, int port_pipe) {
  std::uint16_t port = 0;
  if (read(port_pipe, &port, sizeof port) != sizeof port) _exit(1);
  const ClusterSettings cluster = settings_of(options, "node");
  ActorThreads threads(&cluster);
  caf::actor_system system(threads);
  NetworkPorts ports(system, cluster);
  ports.find({"127.0.0.1", port}, system.spawn<Answerer>());
  pause();
  _exit(0);
}

int run_first_system(const Options& options, int port_pipe, pid_t node) {
  const ClusterSettings cluster = settings_of(options, "first");
  ActorThreads threads(&cluster);
  caf::actor_system system(threads);
  std::atomic<std::uint64_t> answered{0};
  std::promise<void> begun;
  const NodePortActor sender = system.spawn<Sender>(options, answered, begun);
  const auto port = open_node_port(system, cluster, sender);
  if (!port || write(port_pipe, &*port, sizeof *port) != sizeof *port) {
    std::fprintf(stderr, "%s\n", port ? "the node is gone" : port.error().message.c_str());
    return 1;
  }
  begun.get_future().wait();
  const auto began = std::chrono::steady_clock::now();
  const std::uint64_t first = answered;
  const double processor = processor_seconds();
  std::promise<void> never;
  never.get_future().wait_for(std::chrono::seconds(options.seconds));
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  const auto count = static_cast<double>(answered - first);
  std::printf("{\"requests_per_second\": %.0f, \"processor_ns_per_request\": %.0f}\n",
              count / seconds, (processor_seconds() - processor) * 1e9 / count);
  std::fflush(stdout);
  kill(node, SIGKILL);
  waitpid(node, nullptr, 0);
  _exit(0);  // the other end is gone, nothing is to be taken down in order
}

}  // namespace
}  // namespace spillway::actors

int main(int argc, char** argv) {
  spillway::actors::Options options;
  CLI::App app("The link between a first system and a node alone.");
  app.add_option("--certificates", options.folder, "folder")->required();
  app.add_option("--batch", options.batch, "requests in a frame");
  app.add_option("--in-flight", options.in_flight, "frames without an answer");
  app.add_option("--seconds", options.seconds, "of the measurement");
  CLI11_PARSE(app, argc, argv);
  int port_pipe[2];
  if (pipe(port_pipe) != 0) return 1;
  const pid_t node = fork();
  if (node == 0) spillway::actors::run_node(options, port_pipe[0]);
  return spillway::actors::run_first_system(options, port_pipe[1], node);
}
