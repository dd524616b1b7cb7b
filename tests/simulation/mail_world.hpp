// A mail server as the simulation plays it: away at times, putting off, refusing, or taking a mail
// without anybody hearing of it.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "net/mail.hpp"
#include "tests/simulation/world.hpp"

namespace spillway::simulation {

class MailWorld {
 public:
  explicit MailWorld(World& world) : world_(world) {}

  net::MailPort& new_port() {
    ports_.push_back(std::make_unique<Port>(*this));
    return *ports_.back();
  }

  // By Message-ID; refused ones count too: they were told for good.
  const std::map<std::string, int>& settled() const { return settled_; }

 private:
  class Port : public net::MailPort {
   public:
    explicit Port(MailWorld& server) : server_(server) {}
    void start(net::MailListener& listener) override { listener_ = &listener; }
    void stop() override { listener_ = nullptr; }
    void deliver(std::uint64_t id, net::Mail mail) override {
      if (!listener_) return;
      server_.note_handed_over(mail.message_id);
      World& world = server_.world_;
      world.after(world.between(1ms, 500ms), [this, id, mail = std::move(mail)] {
        const net::Delivery result = server_.take(mail);
        if (listener_) listener_->on_delivery(id, result);
      });
    }

   private:
    MailWorld& server_;
    net::MailListener* listener_ = nullptr;
  };

  // Whoever was told of a cancel is not thanked any more.
  void note_handed_over(const std::string& message_id) {
    auto& notices = handed_over_[message_id.substr(0, message_id.find('.'))];
    if (std::ranges::find(notices, message_id) == notices.end()) notices.push_back(message_id);
    world_.expect(notices.back() == message_id,
                  "the notice " + message_id + " goes out after " + notices.back());
  }

  net::Delivery take(const net::Mail& mail) {
    if (world_.now() < away_until_) return net::Delivery::later;
    if (world_.fault(0.01)) away_until_ = world_.now() + world_.between(1s, 60s);
    if (world_.fault(0.1)) return net::Delivery::later;
    ++settled_[mail.message_id];
    if (world_.fault(0.03)) return net::Delivery::refused;
    // Taken, but the connection was lost before its answer.
    return world_.fault(0.03) ? net::Delivery::later : net::Delivery::delivered;
  }

  World& world_;
  std::vector<std::unique_ptr<Port>> ports_;
  std::map<std::string, int> settled_;
  std::map<std::string, std::vector<std::string>> handed_over_;  // by order, Message-IDs
  MonotonicTime away_until_{};
};

}  // namespace spillway::simulation
