#include "tests/simulation/worlds/cable.hpp"

#include <algorithm>
#include <utility>

#include <caf/actor_cast.hpp>
#include <caf/send.hpp>

namespace spillway::simulation {

SteppedActors::Config::Config() {
  set("scheduler.policy", caf::atom("testing"));
  set("scheduler.max-throughput", std::size_t{1});  // a crash stops at the very next message
  set("logger.inline-output", true);
  add_message_type<actors::NodeFrame>("spillway::actors::NodeFrame");
}

SteppedActors::SteppedActors()
    : system_(config_),
      scheduler_(dynamic_cast<caf::scheduler::test_coordinator&>(system_.scheduler())) {}

class Cable::End : public caf::event_based_actor {
 public:
  End(caf::actor_config& config, Cable& cable, bool towards_port)
      : caf::event_based_actor(config), cable_(cable), towards_port_(towards_port) {}

  caf::behavior make_behavior() override {
    return {[this, alive = cable_.alive_](const actors::NodeFrame& frame) {
      if (*alive) cable_.carry(towards_port_, current_sender(), frame);
    }};
  }

 private:
  Cable& cable_;
  const bool towards_port_;
};

Cable::Cable(World& world, caf::actor_system& connecting, caf::strong_actor_ptr port,
             caf::actor_system& of_port)
    : world_(world), at_port_(std::move(port)) {
  near_ = caf::actor_cast<caf::strong_actor_ptr>(connecting.spawn<End>(*this, true));
  far_ = caf::actor_cast<caf::strong_actor_ptr>(of_port.spawn<End>(*this, false));
}

void Cable::carry(bool towards_port, const caf::strong_actor_ptr& from, actors::NodeFrame frame) {
  if (cut_) return;
  // The port hands whoever connects to a link; answers come from there.
  (towards_port ? connected_ : at_port_) = from;
  Held held{towards_port, std::move(frame)};
  if (silent_)
    held_.push_back(std::move(held));
  else
    pass(std::move(held));
}

void Cable::pass(Held held) {
  const Duration delay = world_.fault(0.02) ? world_.between(1ms, 3s) : world_.between(0ms, 2ms);
  MonotonicTime& last = last_[held.towards_port ? 1 : 0];
  last = std::max(last, world_.now() + delay);
  world_.after(std::chrono::ceil<Duration>(last - world_.now()),
               [this, alive = alive_, held = std::move(held)] {
                 if (!*alive || cut_) return;
                 if (silent_)
                   held_.push_back(held);
                 else
                   deliver(held);
               });
}

void Cable::deliver(const Held& held) {
  const auto& to = held.towards_port ? at_port_ : connected_;
  const auto& from = held.towards_port ? far_ : near_;
  if (!to) return;
  caf::send_as(caf::actor_cast<caf::actor>(from), caf::actor_cast<caf::actor>(to), held.frame);
}

void Cable::mend() {
  silent_ = false;
  for (Held& held : std::exchange(held_, {})) pass(std::move(held));
}

void Cable::cut() {
  if (cut_) return;
  cut_ = true;
  *alive_ = false;
  held_.clear();
  for (caf::strong_actor_ptr* end : {&near_, &far_})
    caf::anon_send_exit(caf::actor_cast<caf::actor>(*end), caf::exit_reason::user_shutdown);
  at_port_ = connected_ = near_ = far_ = nullptr;
}

}  // namespace spillway::simulation
