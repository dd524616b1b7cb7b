#include "loadtest/event_watch.hpp"

#include <algorithm>
#include <thread>
#include <unordered_map>

#include "net/timer.hpp"

namespace spillway::loadtest {
namespace {

constexpr auto reopen_after = std::chrono::milliseconds(100);
constexpr auto look_interval = std::chrono::milliseconds(5);

std::string_view text_of(std::string_view json, std::string_view field) {
  const std::size_t at = json.find(field);
  if (at == std::string_view::npos) return {};
  const std::size_t begin = at + field.size();
  return json.substr(begin, json.find('"', begin) - begin);
}

bool is_outcome(BookStatus status) {
  return status == BookStatus::authorized || status == BookStatus::refused ||
         status == BookStatus::cancelled;
}

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
      const std::string_view status = text_of(event.data, R"("status":")");
      const auto known = std::find(book_status_names.begin(), book_status_names.end(), status);
      if (known == book_status_names.end()) continue;
      const auto outcome = static_cast<BookStatus>(known - book_status_names.begin());
      const CodeNumber code = code_number(text_of(event.data, R"("order":")"));
      if (code == 0 || !is_outcome(outcome)) continue;
      watch.outcomes_.push_back({code, std::chrono::steady_clock::now(), outcome});
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

EventWatch::EventWatch(const Target& target, const std::vector<Shop>& shops) {
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

std::size_t EventWatch::told() {
  std::size_t count = 0;
  loop_.run_and_wait([&] { count = outcomes_.size(); });
  return count;
}

std::vector<ToldOutcome> EventWatch::outcomes() {
  std::vector<ToldOutcome> copy;
  loop_.run_and_wait([&] { copy = outcomes_; });
  return copy;
}

void note_told(const std::vector<ToldOutcome>& outcomes, MonotonicTime begin,
               std::vector<OrderRecord>& records, Measurements& measured) {
  std::unordered_map<CodeNumber, OrderRecord*> by_code;
  for (OrderRecord& record : records) {
    if (record.code != 0) by_code.emplace(record.code, &record);
  }
  for (const ToldOutcome& told : outcomes) {
    const auto found = by_code.find(told.code);
    if (found == by_code.end()) continue;  // another run's, or one that was never acknowledged
    OrderRecord& record = *found->second;
    const auto outcome = static_cast<std::uint8_t>(told.status);
    if (record.is(OrderRecord::told)) {
      if (record.told_outcome == outcome) {
        measured.add(Count::told_again);  // at least once is what events promise
        continue;
      }
      // An authorized order may be cancelled, and that is told too; nothing else follows an
      // outcome.
      const bool cancelled =
          told.status == BookStatus::cancelled &&
          record.told_outcome == static_cast<std::uint8_t>(BookStatus::authorized);
      if (!cancelled) record.flags |= OrderRecord::told_twice;
      record.told_outcome = outcome;
      continue;
    }
    record.flags |= OrderRecord::told;
    record.told_outcome = outcome;
    measured.add(Count::told);
    const Nanoseconds accepted = std::chrono::milliseconds(record.accepted_at_ms);
    measured.add(Measure::told, told.at - begin - accepted);
  }
}

}  // namespace spillway::loadtest
