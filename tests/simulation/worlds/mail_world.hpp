// A mail server as the simulation plays it: away at times, slow, putting off, refusing a recipient
// or a sender, or taking a mail without anybody hearing of it.
#pragma once

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "engine/telling/limits.hpp"
#include "net/mail/mail.hpp"
#include "tests/simulation/worlds/world.hpp"

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
  // Refused by a rule that may be about us: the sender may have believed it, or not.
  const std::set<std::string>& denied() const { return denied_; }

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
      world.expect(++in_flight_ <= limits::mail_connections_max, "too many mails at a time");
      const Duration time = world.fault(0.05) ? world.between(1s, 60s) : world.between(1ms, 500ms);
      world.after(time, [this, id, mail = std::move(mail)] {
        --in_flight_;
        const net::Delivery result = server_.take(mail);
        if (listener_) listener_->on_delivery(id, {result, "as it was played"});
      });
    }

   private:
    MailWorld& server_;
    net::MailListener* listener_ = nullptr;
    std::size_t in_flight_ = 0;
  };

  // Whoever was told of a cancel is not thanked any more.
  void note_handed_over(const std::string& message_id) {
    auto& notices = handed_over_[message_id.substr(0, message_id.find('.'))];
    if (std::ranges::find(notices, message_id) == notices.end()) notices.push_back(message_id);
    world_.expect(notices.back() == message_id,
                  "the notice " + message_id + " goes out after " + notices.back());
  }

  net::Delivery take(const net::Mail& mail) {
    if (world_.now() < away_until_) return net::Delivery::server;
    if (world_.fault(0.01)) away_until_ = world_.now() + world_.between(1s, 60s);
    if (world_.fault(0.1)) return put_off(mail);
    ++settled_[mail.message_id];
    if (world_.fault(0.03)) return net::Delivery::refused;
    // Taken, but the connection was lost before its answer.
    return world_.fault(0.03) ? net::Delivery::deferred : net::Delivery::delivered;
  }

  net::Delivery put_off(const net::Mail& mail) {
    constexpr std::array kinds{net::Delivery::deferred, net::Delivery::deferred,
                               net::Delivery::denied, net::Delivery::sender, net::Delivery::server};
    const net::Delivery kind = kinds.at(world_.pick(kinds.size()));
    if (kind == net::Delivery::denied) denied_.insert(mail.message_id);
    return kind;
  }

  World& world_;
  std::vector<std::unique_ptr<Port>> ports_;
  std::map<std::string, int> settled_;
  std::set<std::string> denied_;
  std::map<std::string, std::vector<std::string>> handed_over_;  // by order, Message-IDs
  MonotonicTime away_until_{};
};

}  // namespace spillway::simulation
