// Follows every shop's server-sent events (GET /v1/events) during a run and notes each outcome that
// comes: what shops are told is held against the books, and the time until they are told measured.
// A stream that breaks is opened again after the last event that came, as the API's text says a
// shop should.
//
// Threads: all calls from one thread; the streams are on a loop of their own.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/base/time.hpp"
#include "loadtest/audit/tellings.hpp"
#include "loadtest/load/api_client.hpp"
#include "loadtest/load/order_requests.hpp"
#include "net/client/http_client.hpp"
#include "net/stream/event_loop.hpp"

namespace spillway::loadtest {

// Takes an event stream apart (HTML standard 9.2.6) as it comes, in any pieces.
class EventStreamReader {
 public:
  struct Event {
    std::string id;
    std::string data;
  };
  // The events that are whole now, oldest first.
  std::vector<Event> read(std::string_view bytes);

 private:
  std::string line_;
  Event event_;
};

class EventWatch {
 public:
  // The tellings outlive it.
  EventWatch(const Target& target, const std::vector<Shop>& shops, Tellings& tellings);
  ~EventWatch();

  EventWatch(const EventWatch&) = delete;
  EventWatch& operator=(const EventWatch&) = delete;

  // True once every shop's stream stands; false when the target has none to offer, or not in time.
  bool wait_until_open(Duration patience);

 private:
  struct Stream;

  Tellings& tellings_;
  net::EventLoop loop_{"events"};
  net::HttpClientMemory memory_;
  std::vector<std::unique_ptr<Stream>> streams_;
  std::size_t open_ = 0;
  bool refused_ = false;
};

}  // namespace spillway::loadtest
