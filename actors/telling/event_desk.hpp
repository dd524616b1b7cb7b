// Feeds the streams of events (GET /v1/events), each at its reader's pace.
//
// A stream is a place in its shop's events and a word on whether it has room. When there is room
// and there are events it gets the next page of them, and then nothing until that page is with its
// kernel: a slow reader costs a few bytes, whatever it has fallen behind. Streams of a shop that
// stand at the same place share a page.
#pragma once

#include <map>

#include "actors/base/actor_base.hpp"
#include "actors/services/services.hpp"

namespace spillway::actors {

class EventDesk : public Actor<EventDeskActor> {
 public:
  EventDesk(caf::actor_config& config, const Services& services)
      : Actor(config), services_(services) {}

  behavior_type make_behavior() override;

 private:
  struct Key {
    std::uint32_t loop = 0;
    std::uint64_t connection = 0;
    friend auto operator<=>(const Key&, const Key&) = default;
  };
  struct Feed {
    ShopId shop;
    RecordNumber place;  // the last record it was told of
    bool has_room = true;
    net::Ticket ticket;
  };
  // Where streams stand, and which of them want the page that begins there.
  using Wanted = std::map<std::pair<ShopId, RecordNumber>, std::vector<Feed*>>;

  static Key key_of(net::Ticket feed) { return {feed.loop, feed.connection}; }
  void opened(const EventFeedOpened& message);
  void drained(net::Ticket feed);
  void projected();
  void feed(const Wanted& wanted);
  std::string page_of(const std::vector<ShopEvent>& events) const;

  const Services& services_;
  std::map<Key, Feed> feeds_;
};

}  // namespace spillway::actors
