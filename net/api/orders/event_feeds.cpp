#include "net/api/orders/event_feeds.hpp"

#include <array>

#include "engine/telling/limits.hpp"
#include "net/api/common/list_query.hpp"
#include "net/http/problem.hpp"

namespace spillway::net {

namespace {

constexpr std::string_view heartbeat = ":\n\n";  // a comment

std::string preamble(const ShopEventIds& ids, RecordNumber after) {
  const auto retry =
      std::chrono::duration_cast<std::chrono::milliseconds>(limits::event_feed_retry);
  // An event without data only tells the client its place: one that is cut off before the first
  // event goes on from here.
  return "retry: " + std::to_string(retry.count()) + "\nid: " + ids.encode(after) + "\n\n";
}

}  // namespace

Result<std::optional<RecordNumber>> read_place(const HttpRequest& request,
                                               const ShopEventIds& ids) {
  std::string text(request.find("Last-Event-ID").value_or(""));
  if (text.empty() && !request.query.empty()) {
    if (!request.query.starts_with("after=")) return Error{"There is no parameter but \"after\"."};
    const auto value = percent_decoded(request.query.substr(6));
    if (!value) return Error{"\"after\" holds a broken escape."};
    text = *value;
  }
  if (text.empty()) return std::optional<RecordNumber>();
  const auto record = ids.decode(text);
  if (!record) return Error{"Last-Event-ID, or the parameter \"after\", is not an event's id."};
  return std::optional(*record);
}

void EventFeeds::start(EventFeedListener& listener) {
  const std::lock_guard lock(mutex_);
  listener_ = &listener;
}

void EventFeeds::stop() {
  const std::lock_guard lock(mutex_);
  listener_ = nullptr;
}

void EventFeeds::open(const HttpRequest& request, ShopId shop, Ticket ticket) {
  const auto after = read_place(request, ids_);
  if (!after) return refuse(ticket, 400, after.error().message);
  if (*after && was_given_ && !was_given_(**after))
    return refuse(ticket, 400,
                  "No event of this system has this id. It may be from before the system was "
                  "restored from a copy: what came after the copy is lost.",
                  unknown_place.name, unknown_place.title);
  switch (take_room(shop)) {
    case Room::shop_full:
      return refuse(ticket, 429, "This shop has as many streams of events open as it may.");
    case Room::full:
      return refuse(ticket, 503, "As many streams of events are open as may be. Try again later.");
    case Room::free:
      break;
  }
  static constexpr std::array<HttpHeader, 2> headers{
      {{"Cache-Control", "no-store"}, {"X-Accel-Buffering", "no"}}};  // for proxies like nginx
  if (!server_->begin_feed(ticket, "text/event-stream", headers, heartbeat))
    return give_room_back(shop);
  if (const auto begin = tell_opened(shop, *after, ticket))
    server_->feed(ticket, preamble(ids_, *begin));
  else
    server_->end_feed(ticket);
}

std::optional<RecordNumber> EventFeeds::tell_opened(ShopId shop, std::optional<RecordNumber> after,
                                                    Ticket feed) {
  const std::lock_guard lock(mutex_);
  shops_.emplace(Key{feed.loop, feed.connection}, shop);
  ++opened_total_;
  if (listener_ == nullptr) return std::nullopt;
  return listener_->on_feed_opened(shop, after, feed);
}

void EventFeeds::refuse(Ticket ticket, int status, std::string_view detail, std::string_view name,
                        std::string_view title) {
  Problem problem;
  problem.status = status;
  problem.name = name;
  problem.title = title;
  problem.detail = detail;
  static constexpr std::array<HttpHeader, 1> retry{{{"Retry-After", "10"}}};
  server_->answer(ticket, status, problem_content_type,
                  std::span(retry.data(), status == 400 ? 0 : 1), problem_json(problem));
}

EventFeeds::Room EventFeeds::take_room(ShopId shop) {
  const std::lock_guard lock(mutex_);
  if (open_count_ >= limits::event_feeds_max) return Room::full;
  std::size_t& of_shop = open_[shop];
  if (of_shop >= limits::event_feeds_shop_max) return Room::shop_full;
  ++of_shop;
  ++open_count_;
  return Room::free;
}

void EventFeeds::give_room_back(ShopId shop) {
  const std::lock_guard lock(mutex_);
  --open_count_;
  if (--open_[shop] == 0) open_.erase(shop);
}

void EventFeeds::feed(std::vector<EventPiece> pieces) {
  std::map<std::uint32_t, std::vector<std::size_t>> by_loop;  // which pieces
  for (std::size_t i = 0; i < pieces.size(); ++i)
    for (const Ticket& ticket : pieces[i].feeds) {
      auto& places = by_loop[ticket.loop];
      if (places.empty() || places.back() != i) places.push_back(i);
    }
  const auto shared = std::make_shared<const std::vector<EventPiece>>(std::move(pieces));
  for (auto& [loop, places] : by_loop) {
    server_->post_to_loop(loop, [this, loop = loop, places = std::move(places), shared] {
      for (const std::size_t place : places)
        for (const Ticket& ticket : (*shared)[place].feeds)
          if (ticket.loop == loop) server_->feed(ticket, (*shared)[place].bytes);
    });
  }
}

void EventFeeds::on_feed_drained(Ticket feed) {
  const std::lock_guard lock(mutex_);
  if (listener_ != nullptr) listener_->on_feed_drained(feed);
}

void EventFeeds::on_feed_closed(Ticket feed) {
  ShopId shop;
  {
    const std::lock_guard lock(mutex_);
    const auto found = shops_.find({feed.loop, feed.connection});
    if (found == shops_.end()) return;
    shop = found->second;
    shops_.erase(found);
    if (listener_ != nullptr) listener_->on_feed_closed(feed);
  }
  give_room_back(shop);
}

EventFeedCounts EventFeeds::counts() const {
  const std::lock_guard lock(mutex_);
  return {open_count_, opened_total_};
}

}  // namespace spillway::net
