#include "loadtest/audit/event_watch.hpp"

#include <thread>

#include "net/stream/timer.hpp"

namespace spillway::loadtest {
namespace {

constexpr auto reopen_after = std::chrono::milliseconds(100);
constexpr auto look_interval = std::chrono::milliseconds(5);

}  // namespace

std::vector<EventStreamReader::Event> EventStreamReader::read(std::string_view bytes) {
  std::vector<Event> events;
  for (const char byte : bytes) {
    if (byte != '\n') {
      if (byte != '\r') line_ += byte;
      continue;
    }
    if (line_.empty()) {
      // An id without data is a place to go on from.
      if (!event_.data.empty() || !event_.id.empty()) events.push_back(std::move(event_));
      event_ = {};
    } else if (line_.starts_with("id: ")) {
      event_.id = line_.substr(4);
    } else if (line_.starts_with("data: ")) {
      event_.data += line_.substr(6);
    }
    line_.clear();
  }
  return events;
}

struct EventWatch::Stream : net::HttpClientOwner {
  Stream(EventWatch& owner, const Target& target, const Shop& shop)
      : watch(owner),
        head("GET /v1/events HTTP/1.0\r\nHost: " + target.host + "\r\nAuthorization: Bearer " +
             shop.key + "\r\nAccept: text/event-stream\r\n"),
        connection(owner.loop_, owner.memory_, target.address, target.port, *this),
        reopen(owner.loop_, [this] { connection.connect(); }) {
    connection.stream_answers();
    connection.connect();
  }

  void on_connected(net::HttpClientConnection&) override {
    reader = {};
    connection.send(head + (last_id.empty() ? "" : "Last-Event-ID: " + last_id + "\r\n") + "\r\n");
  }

  // A whole answer is none of a stream: the API is older than events, or has no room for more.
  void on_answer(net::HttpClientConnection&, const net::HttpAnswer& answer) override {
    if (answer.status != 200 && answer.status != 503) watch.refused_ = true;
    connection.close();
    reopen.start(reopen_after);
  }

  void on_failed(net::HttpClientConnection&, net::HttpClientFailure, std::string_view) override {
    reopen.start(reopen_after);
  }

  void on_stream(net::HttpClientConnection&, std::string_view bytes) override {
    if (!opened) ++watch.open_;
    opened = true;
    for (const EventStreamReader::Event& event : reader.read(bytes)) {
      if (!event.id.empty()) last_id = event.id;
      const auto told = outcome_in_event(event.data);
      if (!told) continue;
      watch.tellings_.add(Teller::events, told->code, told->status,
                          std::chrono::steady_clock::now());
    }
  }

  EventWatch& watch;
  const std::string head;
  EventStreamReader reader;
  std::string last_id;
  bool opened = false;
  net::HttpClientConnection connection;
  net::Timer reopen;
};

EventWatch::EventWatch(const Target& target, const std::vector<Shop>& shops, Tellings& tellings)
    : tellings_(tellings) {
  loop_.run_and_wait([&] {
    for (const Shop& shop : shops) {
      streams_.push_back(std::make_unique<Stream>(*this, target, shop));
    }
  });
}

EventWatch::~EventWatch() {
  loop_.run_and_wait([this] { streams_.clear(); });
}

bool EventWatch::wait_until_open(Duration patience) {
  const auto give_up = std::chrono::steady_clock::now() + patience;
  while (std::chrono::steady_clock::now() < give_up) {
    bool all = false;
    bool refused = false;
    loop_.run_and_wait([&] {
      all = open_ == streams_.size();
      refused = refused_;
    });
    if (all || refused) return all;
    std::this_thread::sleep_for(look_interval);
  }
  return false;
}

}  // namespace spillway::loadtest
