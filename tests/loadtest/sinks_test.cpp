// The sinks are told by the engine's own senders: what those send is what shops and buyers get.
#include <condition_variable>
#include <map>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "loadtest/audit/audit_tellings.hpp"
#include "loadtest/world/mail_sink.hpp"
#include "loadtest/world/webhook_sink.hpp"
#include "net/mail/smtp_mail.hpp"
#include "net/webhook/webhook_sender.hpp"
#include "net/webhook/webhook_signature.hpp"
#include "tests/loadtest/scripted_server.hpp"

namespace spillway::loadtest {
namespace {

using namespace std::chrono_literals;

// What became of each delivery, by its number.
template <class Outcome>
class Results {
 public:
  void note(std::uint64_t id, Outcome outcome) {
    std::lock_guard lock(mutex_);
    results_.insert_or_assign(id, outcome);
    changed_.notify_all();
  }
  Outcome of(std::uint64_t id) {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, 30s, [&] { return results_.count(id) > 0; }));
    return results_[id];
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::uint64_t, Outcome> results_;
};

struct WebhookResults : net::WebhookListener, Results<int> {
  void on_result(std::uint64_t id, net::WebhookResult result) override { note(id, result.answer); }
};
struct MailResults : net::MailListener, Results<net::Delivery> {
  void on_delivery(std::uint64_t id, net::DeliveryReport report) override {
    note(id, report.delivery);
  }
};

std::string event_of(CodeNumber code, const std::string& status) {
  return fmt::format(R"({{"id":"evt_1","type":"order.{}","order":"{}","status":"{}"}})", status,
                     code_text(code), status);
}

class WebhookSinkTest : public testing::Test {
 protected:
  WebhookSinkTest() { sender_.start(results_); }
  ~WebhookSinkTest() override { sender_.stop(); }

  // The answer to a delivery that is signed with `secret`, `old_by` ago.
  int deliver(const std::string& path, const std::string& body, const WebhookSecret& secret,
              std::chrono::seconds old_by = 0s) {
    const auto now = std::chrono::system_clock::now().time_since_epoch() - old_by;
    const std::int64_t at = std::chrono::duration_cast<std::chrono::seconds>(now).count();
    sender_.deliver(
        ++last_, {fmt::format("http://127.0.0.1:{}{}", sink_->port(), path), body, "evt_1",
                  std::to_string(at), net::webhook_signature(secret.bytes(), "evt_1", at, body)});
    return results_.of(last_);
  }

  Tellings tellings_;
  std::unique_ptr<WebhookSink> sink_ = std::move(*WebhookSink::start(tellings_));
  const WebhookSecret secret_ = net::random_webhook_secret();
  WebhookResults results_;
  net::WebhookSender sender_{{.reach = net::WebhookReach::and_loopback}};
  std::uint64_t last_ = 0;
};

TEST_F(WebhookSinkTest, BelievesWhatIsSignedWithTheShopsSecretAndNew) {
  ScriptedServer target([this](std::uint64_t number, std::string_view) -> ScriptedAnswer {
    return {.text = http_text(201, fmt::format(R"({{"webhook":"wh_{}","secret":"{}"}})", number,
                                               net::to_text(secret_)))};
  });
  ApiClient api(fmt::format("http://127.0.0.1:{}", target.port()));
  const auto registered = sink_->register_shops(api, {{"one", "key-one"}});
  ASSERT_TRUE(registered) << registered.error().message;
  const std::string asked = target.texts().front();
  EXPECT_NE(asked.find("POST /v1/webhooks"), std::string::npos);
  EXPECT_NE(asked.find(fmt::format("http://127.0.0.1:{}/0", sink_->port())), std::string::npos);

  const std::string authorized = event_of(11, "authorized");
  EXPECT_EQ(deliver("/0", authorized, secret_), 204);
  EXPECT_EQ(deliver("/0", authorized, secret_), 204);
  EXPECT_EQ(deliver("/0", event_of(11, "cancelled"), secret_), 204);
  EXPECT_EQ(tellings_.told(Teller::webhooks), 2U);
  EXPECT_EQ(tellings_.again(Teller::webhooks), 1U);
  EXPECT_EQ(tellings_.of(11)[1].outcomes,
            outcome_bit(BookStatus::authorized) | outcome_bit(BookStatus::cancelled));
  EXPECT_EQ(tellings_.unbelieved(Teller::webhooks), 0U);

  EXPECT_EQ(deliver("/0", authorized, net::random_webhook_secret()), 401);
  EXPECT_EQ(deliver("/0", authorized, secret_, 10min), 401);
  EXPECT_EQ(deliver("/1", authorized, secret_), 401);
  EXPECT_EQ(deliver("/0", "{}", secret_), 401);
  EXPECT_EQ(tellings_.unbelieved(Teller::webhooks), 4U);
  EXPECT_EQ(tellings_.told(Teller::webhooks), 2U);

  sink_->unregister(api);
  EXPECT_NE(target.texts().back().find("DELETE /v1/webhooks/wh_0"), std::string::npos);
}

TEST_F(WebhookSinkTest, SaysWhatATargetMustAllow) {
  ScriptedServer target([](std::uint64_t, std::string_view) -> ScriptedAnswer {
    return {.text = http_text(422, "{}")};
  });
  ApiClient api(fmt::format("http://127.0.0.1:{}", target.port()));
  const auto registered = sink_->register_shops(api, {{"one", "key-one"}});
  ASSERT_FALSE(registered);
  EXPECT_EQ(registered.error().message,
            "one's webhook is refused with 422: the target must accept addresses of this machine "
            "([webhooks] this_machine, or --demo)");
}

TEST(MailSink, ReadsOutcomesFromMailsAndCountsTheRest) {
  Tellings tellings;
  auto sink = MailSink::start(tellings, 0);
  ASSERT_TRUE(sink) << sink.error().message;
  net::EventLoop loop("mail");
  MailResults results;
  auto mail =
      net::SmtpMail::open(loop, {.url = "smtp://127.0.0.1:" + std::to_string((*sink)->port())});
  ASSERT_TRUE(mail) << mail.error().message;
  (*mail)->start(results);
  std::uint64_t last = 0;
  const auto bring = [&](const std::string& id, const std::string& text) {
    (*mail)->deliver(++last, {.message_id = id,
                              .from_name = "Shop",
                              .from_address = "orders@shop.example",
                              .to_name = "Buyer",
                              .to_address = "buyer@buyers.example",
                              .subject = "Your order",
                              .text = text,
                              .date = Timestamp{}});
    EXPECT_EQ(results.of(last), net::Delivery::delivered) << id;
  };
  const CodeNumber code = code_number("3F7K-9Q2M-XW41");
  bring("3F7K9Q2MXW41.thanks@shop.example", "Well.\n.\nMessage-ID: <no@way>\n");
  bring("3F7K9Q2MXW41.thanks@shop.example", "Again.\n");
  bring("3F7K9Q2MXW41.cancellation@shop.example", "Gone.\n");
  bring("3F7K9Q2MXW42.reorder@shop.example", "Sorry.\n");
  bring("something.else@shop.example", "What?\n");
  (*mail)->stop();
  EXPECT_EQ(tellings.told(Teller::mails), 3U);
  EXPECT_EQ(tellings.again(Teller::mails), 1U);
  EXPECT_EQ(tellings.unbelieved(Teller::mails), 1U);
  EXPECT_EQ(tellings.of(code)[2].outcomes,
            outcome_bit(BookStatus::authorized) | outcome_bit(BookStatus::cancelled));
}

TEST(TellingAudit, FindsWhatWasNotToldAndWhatContradictsTheBooks) {
  struct Row {
    BookStatus status;
    bool was_authorized;
    std::vector<BookStatus> told;
    std::uint64_t missing;
    const char* wrong;  // null: nothing
  };
  using enum BookStatus;
  const Row rows[] = {
      {authorized, true, {authorized}, 0, nullptr},
      {authorized, true, {authorized, authorized}, 0, nullptr},
      {authorized, true, {}, 1, nullptr},
      {cancelled, true, {cancelled, authorized}, 0, nullptr},  // in another order than it happened
      {cancelled, true, {authorized}, 1, nullptr},
      {cancelled, true, {cancelled}, 0, nullptr},  // the thanks was taken back
      {cancelled, false, {cancelled}, 0, nullptr},
      {refused, false, {refused}, 0, nullptr},
      {refused, false, {authorized}, 1, "was told by mails as authorized"},
      {authorized, true, {authorized, refused}, 0, "was told by mails as refused"},
      {cancelled, false, {authorized, cancelled}, 0, "was told by mails as authorized"},
      {approval_needed, false, {}, 0, nullptr},
  };
  for (const Row& row : rows) {
    Tellings tellings;
    const MonotonicTime begin{1h};
    for (const BookStatus status : row.told) {
      tellings.add(Teller::mails, 7, status, begin + 1500ms);
    }
    TellingAudit audit(tellings, {false, false, true}, begin);
    const OrderRecord record{
        .code = 7, .ordinal = 0, .accepted_at_ms = 1'000, .flags = OrderRecord::accepted};
    BookEntry entry;
    entry.code = 7;
    entry.status = row.status;
    entry.was_authorized = row.was_authorized;
    Measurements measured;
    const auto wrong = audit.check(record, entry, measured);
    EXPECT_EQ(wrong.value_or(""), row.wrong == nullptr ? "" : row.wrong);
    const auto sums = audit.finish(measured)[2];
    EXPECT_EQ(sums.missing, row.missing);
    EXPECT_EQ(sums.disagree, row.wrong == nullptr ? 0U : 1U);
    EXPECT_EQ(measured.times(Measure::mailed).count(), row.told.empty() ? 0U : 1U);
    EXPECT_EQ(measured.times(Measure::mailed).max(), row.told.empty() ? 0ms : 500ms);
  }
}

}  // namespace
}  // namespace spillway::loadtest
