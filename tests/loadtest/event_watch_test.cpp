#include "loadtest/audit/event_watch.hpp"

#include <thread>

#include <gtest/gtest.h>

#include "tests/loadtest/scripted_server.hpp"

namespace spillway::loadtest {
namespace {

using namespace std::chrono_literals;

std::string event_text(std::uint64_t id, CodeNumber code, const std::string& status) {
  return "id: evt_" + std::to_string(id) + "\nevent: order." + status + "\ndata: {\"id\":\"evt_" +
         std::to_string(id) + R"(","type":"order.)" + status + R"(","order":")" + code_text(code) +
         R"(","reference":"A","status":")" + status + "\"}\n\n";
}

const std::string stream_head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";

Target target_at(std::uint16_t port) {
  return {.url = "", .host = "127.0.0.1", .address = "127.0.0.1", .port = port};
}

bool wait_for(const Tellings& tellings, std::size_t count) {
  const auto give_up = std::chrono::steady_clock::now() + 20s;
  while (tellings.told(Teller::events) < count && std::chrono::steady_clock::now() < give_up) {
    std::this_thread::yield();
  }
  return tellings.told(Teller::events) == count;
}

TEST(EventStreamReader, ReadsEventsInAnyPieces) {
  const std::string text = "retry: 500\nid: evt_1\n\n:\n\n" + event_text(2, 77, "refused");
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    EventStreamReader reader;
    auto events = reader.read(std::string_view(text).substr(0, cut));
    for (auto& event : reader.read(std::string_view(text).substr(cut))) events.push_back(event);
    ASSERT_EQ(events.size(), 2U) << cut;
    EXPECT_EQ(events[0].id, "evt_1");
    EXPECT_EQ(events[0].data, "");
    EXPECT_EQ(events[1].id, "evt_2");
    EXPECT_NE(events[1].data.find(R"("status":"refused")"), std::string::npos);
  }
}

TEST(EventWatch, NotesOutcomesAndGoesOnAfterTheLastOneWhenCutOff) {
  ScriptedServer server([](std::uint64_t number, std::string_view request) -> ScriptedAnswer {
    if (number == 0) {
      return {.text = stream_head + "id: evt_0\n\n" + event_text(1, 11, "in_doubt") +
                      event_text(2, 11, "authorized"),
              .close = true};
    }
    if (request.find("Last-Event-ID: evt_2\r\n") == std::string_view::npos) {
      return {.text = http_text(400, "{}")};
    }
    return {.text = stream_head + event_text(3, 12, "refused")};
  });
  Tellings tellings;
  EventWatch watch(target_at(server.port()), {{"one", "key-one"}}, tellings);
  EXPECT_TRUE(watch.wait_until_open(20s));
  EXPECT_TRUE(wait_for(tellings, 2));
  EXPECT_EQ(tellings.of(11)[0].outcomes, outcome_bit(BookStatus::authorized));
  EXPECT_EQ(tellings.of(12)[0].outcomes, outcome_bit(BookStatus::refused));
}

TEST(EventWatch, SaysThatThereAreNoEvents) {
  ScriptedServer server([](std::uint64_t, std::string_view) -> ScriptedAnswer {
    return {.text = http_text(404, "{}")};
  });
  Tellings tellings;
  EventWatch watch(target_at(server.port()), {{"one", "key-one"}}, tellings);
  EXPECT_FALSE(watch.wait_until_open(20s));
}

}  // namespace
}  // namespace spillway::loadtest
