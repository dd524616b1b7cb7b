#include "loadtest/load/sender.hpp"

#include <future>

#include <gtest/gtest.h>

#include "net/stream/event_loop.hpp"
#include "tests/loadtest/scripted_server.hpp"

namespace spillway::loadtest {
namespace {

using namespace std::chrono_literals;

struct Plan {
  MixSettings mix;
  TrafficSettings traffic;
  SenderSettings sender;
  RateProfile profile;
};

Plan small_plan(double rate, Nanoseconds length) {
  Plan plan;
  plan.profile = constant_rate(rate, length);
  plan.traffic.duration = length;
  plan.sender.arrivals_end = length;
  plan.sender.connections = 8;
  return plan;
}

// A run against a port, to its end.
struct Sending {
  Sending(Plan plan, std::uint16_t port)
      : mix(plan.mix, 2, 1),
        requests(mix, {{"one", "key-one"}, {"two", "key-two"}}, "TESTRUN000", "127.0.0.1"),
        records(plan.traffic.share_index, plan.traffic.share_count),
        traffic(plan.traffic, Arrivals(plan.profile, Spacing::even, 1), mix, requests, measured,
                records) {
    plan.sender.address = "127.0.0.1";
    plan.sender.port = port;
    std::promise<void> ready;
    std::promise<void> finished;
    net::EventLoop loop("load");
    std::unique_ptr<Sender> sender;
    loop.run_and_wait([&] {
      sender = std::make_unique<Sender>(loop, plan.sender, traffic, measured,
                                        [&] { finished.set_value(); });
      sender->connect([&] { ready.set_value(); });
    });
    ready.get_future().wait();
    loop.post([&] { sender->start(std::chrono::steady_clock::now()); });
    finished.get_future().wait();
    loop.run_and_wait([&] {
      health = sender->health();
      unreachable_because = sender->unreachable_because();
      sender.reset();
    });
  }

  std::uint64_t count(Count what) const { return measured.count(what); }

  Mix mix;
  OrderRequests requests;
  Measurements measured;
  OrderRecords records;
  Traffic traffic;
  SenderHealth health;
  std::string unreachable_because;
};

ScriptedAnswer accept_all(std::uint64_t number, std::string_view) {
  return {.text = accepted_text(number)};
}

TEST(Sender, SendsEachArrivalAsAnOrderOfItsOwn) {
  ScriptedServer server(accept_all);
  const Sending run(small_plan(500, 1s), server.port());
  EXPECT_EQ(run.count(Count::arrivals), 500U);
  EXPECT_EQ(run.count(Count::accepted), 500U);
  EXPECT_EQ(run.measured.errors(), 0U);
  EXPECT_EQ(run.measured.times(Measure::accept).count(), 500U);
  EXPECT_EQ(run.measured.status(202), 500U);
  std::vector<std::string> texts = server.texts();
  std::sort(texts.begin(), texts.end());
  EXPECT_EQ(std::unique(texts.begin(), texts.end()), texts.end());
  ASSERT_EQ(run.records.all().size(), 500U);
  for (const OrderRecord& record : run.records.all()) {
    EXPECT_TRUE(record.is(OrderRecord::accepted));
    EXPECT_NE(record.code, 0U);
  }
}

TEST(Sender, SendsTheSameOrdersWhoeverSharesThem) {
  ScriptedServer alone(accept_all);
  ScriptedServer shared(accept_all);
  Plan plan = small_plan(200, 1s);
  const Sending all(plan, alone.port());
  for (plan.traffic.share_count = 2; plan.traffic.share_index < 2; ++plan.traffic.share_index) {
    const Sending part(plan, shared.port());
    EXPECT_EQ(part.count(Count::arrivals), 100U);
  }
  auto texts = alone.texts();
  auto shared_texts = shared.texts();
  std::sort(texts.begin(), texts.end());
  std::sort(shared_texts.begin(), shared_texts.end());
  EXPECT_EQ(texts, shared_texts);
}

// All that would have come while the server stood still has waited as long as the stall's rest.
TEST(Sender, CountsLatencyFromTheIntendedTimeWhenTheServerStalls) {
  ScriptedServer server([](std::uint64_t number, std::string_view) {
    return ScriptedAnswer{.text = accepted_text(number), .after = number < 16 ? 1s : 0s};
  });
  const Sending run(small_plan(200, 2s), server.port());
  const Histogram& accept = run.measured.times(Measure::accept);
  EXPECT_EQ(accept.count(), 400U);
  EXPECT_GE(accept.max(), 1s);
  // Eight connections are held for a second, and again: at 200/s some 400 orders wait a second on
  // average, but only sixteen requests took long.
  EXPECT_GE(accept.quantile(0.5), 300ms);
  EXPECT_LE(run.measured.times(Measure::service).quantile(0.9), accept.quantile(0.9));
  EXPECT_GT(run.count(Count::waited), 100U);
}

struct Fault {
  const char* name;
  ScriptedAnswer answer;
  Count counted;
};
const Fault faults[] = {
    {"closes", {.text = "", .close = true}, Count::closed},
    {"garbage", {.text = "220 mail.example ESMTP\r\n"}, Count::garbage},
    {"an answer without a status", {.text = "HTTP/1.1 \r\n\r\n"}, Count::garbage},
    {"a length that is none",
     {.text = "HTTP/1.1 202 A\r\nContent-Length: x\r\n\r\n"},
     Count::garbage},
    {"half an answer", {.text = "HTTP/1.1 202 A\r\nContent-Le", .close = true}, Count::closed},
    {"never", {}, Count::timed_out},
    {"a 202 without an order", {.text = http_text(202, "{}")}, Count::garbage},
    {"another status", {.text = http_text(500, "{}")}, Count::wrong_status},
    {"overload", {.text = http_text(503, "{}")}, Count::overloaded},
    {"two answers", {.text = http_text(503, "{}") + http_text(503, "{}")}, Count::overloaded},
};

TEST(Sender, CountsWhatAServerDoesWrongAndGoesOn) {
  for (const Fault& fault : faults) {
    ScriptedServer server([&](std::uint64_t number, std::string_view) {
      return number % 10 == 3 ? fault.answer : ScriptedAnswer{.text = accepted_text(number)};
    });
    Plan plan = small_plan(400, 250ms);
    plan.sender.answer_time_max = 200ms;
    const Sending run(plan, server.port());
    EXPECT_EQ(run.count(fault.counted), 10U) << fault.name;
    EXPECT_EQ(run.count(Count::arrivals), 100U) << fault.name;
    EXPECT_EQ(server.requests(), 100U) << fault.name;
  }
}

TEST(Sender, TriesAgainWithTheSameKeyUntilTheOrderIsAccepted) {
  ScriptedServer server([](std::uint64_t number, std::string_view) -> ScriptedAnswer {
    if (number % 3 == 0) return {.text = http_text(503, "{}")};
    if (number % 3 == 1) return {.text = "", .close = true};
    return {.text = accepted_text(number)};
  });
  Plan plan = small_plan(200, 250ms);
  plan.traffic.tries_max = 100;
  plan.traffic.retry_after = 5ms;
  const Sending run(plan, server.port());
  EXPECT_EQ(run.count(Count::accepted), 50U);
  EXPECT_EQ(run.count(Count::unknown), 0U);
  EXPECT_GE(run.count(Count::retries), 50U);
  auto texts = server.texts();
  std::sort(texts.begin(), texts.end());
  texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
  EXPECT_EQ(texts.size(), 50U);
}

TEST(Sender, GivesUpWhatCannotBeSentAndSaysWhy) {
  std::uint16_t port = 0;
  {
    ScriptedServer server(accept_all);
    port = server.port();
  }
  Plan plan = small_plan(100, 100ms);
  plan.sender.drain_time_max = 100ms;
  const Sending run(plan, port);
  EXPECT_EQ(run.count(Count::arrivals), 10U);
  EXPECT_EQ(run.count(Count::given_up), 10U);
  EXPECT_EQ(run.health.unsent, 10U);
  EXPECT_GT(run.count(Count::unreachable), 0U);
  EXPECT_EQ(run.unreachable_because, "connection refused");
}

TEST(Sender, LetsClosedBuyersOrderAgainAfterTheirAnswer) {
  ScriptedServer server([](std::uint64_t number, std::string_view) {
    return ScriptedAnswer{.text = accepted_text(number), .after = 20ms};
  });
  Plan plan = small_plan(0, 500ms);
  plan.traffic.buyers = 4;
  plan.traffic.think_time = 5ms;
  const Sending run(plan, server.port());
  // Each buyer orders at most every 25 ms.
  EXPECT_GE(run.count(Count::accepted), 4U);
  EXPECT_LE(run.count(Count::accepted), 4U * 21U);
  EXPECT_EQ(run.count(Count::arrivals), run.count(Count::accepted));
}

TEST(Sender, SendsASlowClientsRequestInPieces) {
  ScriptedServer server(accept_all);
  Plan plan = small_plan(20, 200ms);
  plan.mix.slow = 1;
  plan.sender.slow_time = 100ms;
  const Sending run(plan, server.port());
  EXPECT_EQ(run.count(Count::accepted), 4U);
  EXPECT_EQ(run.measured.times(Measure::slow_accept).count(), 4U);
  EXPECT_TRUE(run.measured.times(Measure::accept).empty());
}

TEST(Sender, FollowsUpWithRepeatsInquiriesAndCancels) {
  ScriptedServer server([](std::uint64_t number, std::string_view request) -> ScriptedAnswer {
    if (request.starts_with("GET ") || request.find("/cancel ") != std::string_view::npos) {
      return {.text = http_text(200, "{}")};
    }
    return {.text = accepted_text(number)};  // a repeat is told as another order: wrong
  });
  Plan plan = small_plan(50, 200ms);
  plan.mix.repeats = plan.mix.inquiries = plan.mix.cancels = plan.mix.changed_repeats = 1;
  plan.mix.follow_after = 10ms;
  const Sending run(plan, server.port());
  EXPECT_EQ(run.count(Count::accepted), 10U);
  EXPECT_EQ(run.measured.times(Measure::inquiry).count(), 10U);
  EXPECT_EQ(run.measured.times(Measure::cancel).count(), 10U);
  EXPECT_EQ(run.count(Count::wrong_repeat), 10U);
  EXPECT_EQ(run.count(Count::wrong_status), 10U);  // 202 to another body under the same key
  for (const OrderRecord& record : run.records.all()) {
    EXPECT_TRUE(record.is(OrderRecord::cancel_confirmed));
  }
}

}  // namespace
}  // namespace spillway::loadtest
