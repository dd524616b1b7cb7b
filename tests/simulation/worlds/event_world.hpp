// The shops' listeners to streams of events, as the simulation plays them: they read slowly, are
// cut off in the middle of a piece, and come again with the last id that they saw.
#pragma once

#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "net/api/orders/event_feeds.hpp"
#include "tests/simulation/worlds/world.hpp"

namespace spillway::simulation {

class EventWorld {
 public:
  explicit EventWorld(World& world) : world_(world) {}

  static OrderCodes codes() { return OrderCodes({3, 5}); }
  static ShopEventIds ids() { return ShopEventIds({3, 5}); }

  net::EventFeedPort& new_port() {
    ports_.push_back(std::make_unique<Port>(*this));
    return *ports_.back();
  }

  // What each shop saw, in the order in which it did.
  const std::map<ShopId, std::vector<RecordNumber>>& seen() const { return seen_; }

 private:
  // The streams of one life of the engine, one a shop.
  class Port : public net::EventFeedPort {
   public:
    explicit Port(EventWorld& shops) : shops_(shops) {}
    void start(net::EventFeedListener& listener) override {
      listener_ = &listener;
      for (const std::uint32_t shop : {1U, 2U}) open({shop});
    }
    void stop() override { listener_ = nullptr; }

    void feed(std::vector<net::EventPiece> pieces) override {
      World& world = shops_.world_;
      for (net::EventPiece& piece : pieces)
        for (const net::Ticket feed : piece.feeds)
          world.after(world.between(1ms, 300ms),
                      [this, feed, bytes = piece.bytes] { read(feed, bytes); });
    }

   private:
    void open(ShopId shop) {
      if (!listener_) return;
      const net::Ticket feed{0, 0, next_connection_++};
      open_[feed.connection] = shop;
      const auto& seen = shops_.seen_[shop];
      listener_->on_feed_opened(shop, seen.empty() ? RecordNumber{} : seen.back(), feed);
    }

    void read(net::Ticket feed, const std::string& bytes) {
      const auto found = open_.find(feed.connection);
      if (!listener_ || found == open_.end()) return;
      const ShopId shop = found->second;
      World& world = shops_.world_;
      const bool cut = world.fault(0.1);
      shops_.take(shop, cut ? bytes.substr(0, world.pick(bytes.size())) : bytes);
      if (!cut) return listener_->on_feed_drained(feed);
      open_.erase(found);
      listener_->on_feed_closed(feed);
      world.after(world.between(1ms, 5s), [this, shop] { open(shop); });
    }

    EventWorld& shops_;
    net::EventFeedListener* listener_ = nullptr;
    std::map<std::uint64_t, ShopId> open_;
    std::uint64_t next_connection_ = 1;
  };

  // An event counts when its blank line came.
  void take(ShopId shop, const std::string& bytes) {
    std::istringstream lines(bytes);
    std::string line;
    std::optional<RecordNumber> record;
    while (std::getline(lines, line) && !lines.eof()) {
      if (line.starts_with("id: ")) record = ids().decode(line.substr(4));
      if (line.empty() && record) seen_[shop].push_back(*record);
    }
  }

  World& world_;
  std::vector<std::unique_ptr<Port>> ports_;
  std::map<ShopId, std::vector<RecordNumber>> seen_;
};

}  // namespace spillway::simulation
