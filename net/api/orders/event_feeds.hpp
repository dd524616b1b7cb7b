// GET /v1/events: a shop's events as they happen (server-sent events, HTML standard 9.2), on the
// HTTP server's feeds. Here a stream is opened, counted and fed; what is fed comes from the
// listener, which keeps each stream's place and gives more when there is room: a client that reads
// slowly costs no memory, it falls behind.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/ids.hpp"
#include "engine/telling/shop_event.hpp"
#include "net/server/http_server.hpp"

namespace spillway::net {

// Calls come on the HTTP loops and must not block.
class EventFeedListener {
 public:
  virtual ~EventFeedListener() = default;

  // A stream of the shop has begun, to be fed with what came after that record, or from now on.
  // Gives the record after which it begins.
  virtual RecordNumber on_feed_opened(ShopId shop, std::optional<RecordNumber> after,
                                      Ticket feed) = 0;
  virtual void on_feed_drained(Ticket feed) = 0;  // there is room for the next piece
  virtual void on_feed_closed(Ticket feed) = 0;
};

// A piece for some streams at once.
struct EventPiece {
  std::vector<Ticket> feeds;
  std::string bytes;
};

class EventFeedPort {
 public:
  virtual ~EventFeedPort() = default;
  virtual void start(EventFeedListener& listener) = 0;
  virtual void stop() = 0;  // no call comes to the listener any more
  // From any thread. Streams that are over are passed over.
  virtual void feed(std::vector<EventPiece> pieces) = 0;
};

struct EventFeedCounts {
  std::size_t open = 0;
  std::uint64_t opened_total = 0;
};

class EventFeeds final : public EventFeedPort {
 public:
  // `was_given`: whether the record is, or was, one of the journal's; on the HTTP loops. Without it
  // every id is taken.
  explicit EventFeeds(const ShopEventIds& ids, std::function<bool(RecordNumber)> was_given = {})
      : ids_(ids), was_given_(std::move(was_given)) {}

  void attach(HttpServer& server) { server_ = &server; }
  void start(EventFeedListener& listener) override;
  void stop() override;
  void feed(std::vector<EventPiece> pieces) override;

  // Answers GET /v1/events of an authenticated shop, on the ticket's loop.
  void open(const HttpRequest& request, ShopId shop, Ticket ticket);

  // HttpHandler's, passed on.
  void on_feed_drained(Ticket feed);
  void on_feed_closed(Ticket feed);

  EventFeedCounts counts() const;  // from any thread

 private:
  enum class Room { free, shop_full, full };
  Room take_room(ShopId shop);
  void give_room_back(ShopId shop);
  std::optional<RecordNumber> tell_opened(ShopId shop, std::optional<RecordNumber> after,
                                          Ticket feed);
  void refuse(Ticket ticket, int status, std::string_view detail, std::string_view name = {},
              std::string_view title = {});

  const ShopEventIds ids_;
  const std::function<bool(RecordNumber)> was_given_;
  HttpServer* server_ = nullptr;

  mutable std::mutex mutex_;  // streams come and go seldom
  EventFeedListener* listener_ = nullptr;
  std::map<ShopId, std::size_t> open_;
  std::size_t open_count_ = 0;
  std::uint64_t opened_total_ = 0;
  struct Key {
    std::uint32_t loop;
    std::uint64_t connection;
    friend auto operator<=>(const Key&, const Key&) = default;
  };
  std::map<Key, ShopId> shops_;  // of the streams that are open
};

// Where a client wants to go on: the Last-Event-ID field, or else the parameter `after`. An error
// says what is wrong with it.
Result<std::optional<RecordNumber>> read_place(const HttpRequest& request, const ShopEventIds& ids);

}  // namespace spillway::net
