#include "actors/telling/event_desk.hpp"

#include "engine/telling/limits.hpp"

namespace spillway::actors {

auto EventDesk::make_behavior() -> behavior_type {
  return {
      [this](const EventFeedOpened& message) { opened(message); },
      [this](const EventFeedDrained& message) { drained(message.feed); },
      [this](const EventFeedClosed& message) { feeds_.erase(key_of(message.feed)); },
      [this](const Projected&) { projected(); },
  };
}

void EventDesk::opened(const EventFeedOpened& message) {
  Feed& opened = feeds_[key_of(message.feed)];
  opened = {message.shop, message.after, true, message.feed};
  feed({{{opened.shop, opened.place}, {&opened}}});
}

void EventDesk::drained(net::Ticket ticket) {
  const auto found = feeds_.find(key_of(ticket));
  if (found == feeds_.end()) return;
  Feed& drained = found->second;
  drained.has_room = true;
  feed({{{drained.shop, drained.place}, {&drained}}});
}

void EventDesk::projected() {
  Wanted wanted;
  for (auto& [key, feed] : feeds_)
    if (feed.has_room) wanted[{feed.shop, feed.place}].push_back(&feed);
  feed(wanted);
}

void EventDesk::feed(const Wanted& wanted) {
  std::vector<net::EventPiece> pieces;
  for (const auto& [place, feeds] : wanted) {
    const auto& [shop, after] = place;
    const std::vector<ShopEvent> events =
        services_.views.events(shop, after, limits::shop_events_page);
    if (events.empty()) continue;
    for (Feed* each : feeds) each->place = events.back().record;
    std::string page = page_of(events);
    if (page.empty()) continue;  // all of them about orders that have left the journal
    net::EventPiece& piece = pieces.emplace_back();
    piece.bytes = std::move(page);
    for (Feed* each : feeds) {
      piece.feeds.push_back(each->ticket);
      each->has_room = false;
    }
    services_.metrics.events_streamed.add(events.size() * feeds.size());
  }
  if (!pieces.empty()) services_.feeds.feed(std::move(pieces));
}

std::string EventDesk::page_of(const std::vector<ShopEvent>& events) const {
  std::string page;
  page.reserve(events.size() * limits::shop_event_bytes_max);
  for (const ShopEvent& event : events) {
    const auto stored = services_.journal.read(RecordNumber{event.order.value});
    if (!stored) continue;  // the views will not show it for long
    SPILLWAY_CHECK(std::holds_alternative<Received>(stored->event.fact),
                   "an event is about an order that does not exist");
    services_.event_json.append_to_stream(page, event, std::get<Received>(stored->event.fact));
  }
  return page;
}

}  // namespace spillway::actors
