// The order API on a real server, with a backend that notes what it is asked and answers as told.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "net/order_api.hpp"
#include "tests/net/http_client.hpp"

namespace spillway::net {

inline const OrderCodes api_codes({1, 2});
inline const std::string operator_key = "key_of_the_operator_123456";
inline const std::string first_shop_key = "key_of_the_first_shop_1234";
inline const std::string second_shop_key = "key_of_the_second_shop_1234";
inline constexpr ShopId first_shop{1};
inline constexpr ShopId second_shop{2};
inline constexpr std::string_view card_canary = "4242424242424242";

// What the backend was asked for, in words.
struct Asked {
  std::string what;  // "accept", "refuse", "inquire", "cancel", "approve", "list"
  ShopId shop;
  OrderNumber order;
  std::string detail;
  OrderFilter filter;
};

class ScriptedBackend final : public OrderBackend {
 public:
  using Content = decltype(ApiAnswer::answer);

  void be_full() { full_ = true; }

  // What the next questions are answered with; without it, nothing is.
  void answer_with(std::optional<Content> content) { next_ = std::move(content); }
  void answer_to(ApiAnswers& answers) { answers_ = &answers; }

  void accept(const OrderRequest& request, Ticket ticket) override {
    ask({"accept", request.shop, {}, std::string(request.idempotency_key), {}}, ticket);
    std::lock_guard lock(mutex_);
    last_reference_ = request.reference;
    last_card_ = request.card.number.digits();
    last_member_ = request.member;
    last_buyer_ = request.buyer_email;
    last_registered_card_.reset();
    if (request.registered_card) last_registered_card_ = *request.registered_card;
    last_body_ = request.body;
    last_receipt_ = request.receipt;
  }
  bool turn_away() override { return full_; }
  void count_no_place() override { ++no_places; }
  std::atomic<int> no_places{0};
  void refuse_unless_repeated(const OrderRequest& request, Refusal refusal,
                              Ticket ticket) override {
    const std::vector<FieldError>& errors = refusal.errors;
    ask({"refuse",
         request.shop,
         {},
         errors.empty() ? std::to_string(refusal.status) : errors.front().pointer,
         {}},
        ticket);
    std::lock_guard lock(mutex_);
    last_body_ = request.body;
  }
  void flush(std::uint32_t) override {
    std::lock_guard lock(mutex_);
    ++flushes_;
    changed_.notify_all();
  }
  void inquire(ShopId shop, OrderNumber order, Ticket ticket) override {
    ask({"inquire", shop, order, {}, {}}, ticket);
  }
  void cancel(ShopId shop, OrderNumber order, Ticket ticket) override {
    ask({"cancel", shop, order, {}, {}}, ticket);
  }
  void approve(ShopId shop, OrderNumber order, bool approved, const ApprovalCode& code,
               Ticket ticket) override {
    ask({"approve", shop, order, (approved ? "yes " : "no ") + std::string(code.view()), {}},
        ticket);
  }
  void list(ShopId shop, OrderFilter filter, Ticket ticket) override {
    ask({"list", shop, {}, {}, std::move(filter)}, ticket);
  }
  void search(OrderSearch search, Ticket ticket) override {
    {
      std::lock_guard lock(mutex_);
      last_search_ = std::move(search);
    }
    ask({"search", {}, {}, {}, {}}, ticket);
  }
  void tell(OrderNumber order, Ticket ticket) override { ask({"tell", {}, order, {}, {}}, ticket); }
  OrderSearch last_search() const {
    std::lock_guard lock(mutex_);
    return last_search_;
  }

  std::vector<Asked> asked() const {
    std::lock_guard lock(mutex_);
    return asked_;
  }
  std::vector<Ticket> tickets() const {
    std::lock_guard lock(mutex_);
    return tickets_;
  }
  std::string last_reference() const {
    std::lock_guard lock(mutex_);
    return last_reference_;
  }
  std::string last_card() const {
    std::lock_guard lock(mutex_);
    return last_card_;
  }
  bool last_receipt() const {
    std::lock_guard lock(mutex_);
    return last_receipt_;
  }
  std::string last_member() const {
    std::lock_guard lock(mutex_);
    return last_member_;
  }
  std::string last_buyer() const {
    std::lock_guard lock(mutex_);
    return last_buyer_;
  }
  std::optional<RegisteredCard> last_registered_card() const {
    std::lock_guard lock(mutex_);
    return last_registered_card_;
  }
  std::string last_body() const {
    std::lock_guard lock(mutex_);
    return last_body_;
  }
  std::size_t flushes() const {
    std::lock_guard lock(mutex_);
    return flushes_;
  }
  // Waits until so many questions came and were flushed.
  bool wait_for(std::size_t questions) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(20),
                             [&] { return asked_.size() >= questions && flushes_ > 0; });
  }

 private:
  void ask(Asked question, Ticket ticket) {
    {
      std::lock_guard lock(mutex_);
      asked_.push_back(std::move(question));
      tickets_.push_back(ticket);
    }
    if (next_) answers_->answer({{ticket, *next_}});
  }

  ApiAnswers* answers_ = nullptr;
  std::optional<Content> next_;
  std::atomic<bool> full_{false};
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Asked> asked_;
  std::vector<Ticket> tickets_;
  std::string last_reference_;
  OrderSearch last_search_;
  std::string last_card_;
  std::string last_member_;
  std::string last_buyer_;
  std::optional<RegisteredCard> last_registered_card_;
  std::string last_body_;
  bool last_receipt_ = false;
  std::size_t flushes_ = 0;
};

inline OrderApiOptions api_options() {
  const std::vector<ShopKey> keys{{first_shop, hash_api_key(first_shop_key)},
                                  {second_shop, hash_api_key(second_shop_key)}};
  auto api_keys = ApiKeys::from(keys);
  EXPECT_TRUE(api_keys);
  auto shops = std::make_shared<ShopDirectory>();
  shops->keys = std::move(*api_keys);
  const std::vector<ShopKey> operators_key{{{}, hash_api_key(operator_key)}};
  auto operators = ApiKeys::from(operators_key);
  EXPECT_TRUE(operators);
  return {.codes = api_codes,
          .shops = std::move(shops),
          .relays = {{{3}, "visa-relay"}},
          .probes = {.health = [] { return ServiceState{}; },
                     .readiness =
                         [] {
                           return ServiceState{false, "The journal is \"full\""};
                         },
                     .metrics = [] { return std::string("spillway_up 1\n"); },
                     .status = [] { return std::string("{\"ready\": true}"); }},
          .now = [] { return Timestamp(std::chrono::sys_days{std::chrono::year(2026) / 11 / 21}); },
          .operators = std::move(*operators),
          .monotonic = [] { return MonotonicTime(std::chrono::seconds(1)); }};
}

// There, so that its routes are: knows nobody.
class RefusingControl final : public ControlBackend {
 public:
  void answer_to(ApiAnswers& answers) { answers_ = &answers; }
  void handle(ControlRequest request) override {
    answers_->answer({refused(request.ticket, {{401, "Nobody is known here.", {}}})});
  }

 private:
  ApiAnswers* answers_ = nullptr;
};

inline void expect_problem(const HttpReply& reply, int status) {
  EXPECT_EQ(reply.status, status) << reply.body;
  EXPECT_EQ(reply.header("Content-Type"), "application/problem+json");
  const nlohmann::json problem = nlohmann::json::parse(reply.body, nullptr, false);
  ASSERT_TRUE(problem.is_object()) << reply.body;
  EXPECT_EQ(problem["status"], status);
  EXPECT_FALSE(problem.value("type", "").empty());
  EXPECT_FALSE(problem.value("title", "").empty());
  EXPECT_FALSE(problem.value("detail", "").empty());
}

class OrderApiTest : public testing::Test {
 protected:
  OrderApiTest() : api_(options(), backend_, feeds_), server_(server_options(), api_) {
    backend_.answer_to(api_);
    control_.answer_to(api_);
    api_.attach(server_);
    const auto started = server_.start();
    EXPECT_TRUE(started) << started.error().message;
  }
  ~OrderApiTest() override { server_.stop(); }

  // A request with the first shop's key and a body of JSON; `more` are further header lines.
  static std::string request(const std::string& method, const std::string& target,
                             const std::string& body = {}, const std::string& more = {}) {
    return raw_request(
        method, target,
        "Authorization: Bearer " + first_shop_key + "\r\nContent-Type: application/json\r\n" + more,
        body);
  }
  static std::string raw_request(const std::string& method, const std::string& target,
                                 const std::string& lines, const std::string& body = {}) {
    return method + " " + target + " HTTP/1.1\r\nHost: shop.example\r\n" + lines +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }

  HttpReply ask(const std::string& bytes) {
    HttpClient client(server_.port());
    EXPECT_TRUE(client.send(bytes));
    return client.read_reply(bytes.starts_with("HEAD "));
  }

  static HttpServerOptions server_options() {
    HttpServerOptions options;
    options.loops = 2;
    return options;
  }

  // Numbers between were passed over when the system was restored.
  static bool was_given(RecordNumber number) {
    return number.value < 900'000 || number.value > 1'000'000;
  }

  OrderApiOptions options() {
    OrderApiOptions options = api_options();
    options.was_given = was_given;
    options.control = &control_;
    return options;
  }

  RefusingControl control_;
  ScriptedBackend backend_;
  EventFeeds feeds_{ShopEventIds({1, 2}), was_given};
  OrderApi api_;
  HttpServer server_;
};

}  // namespace spillway::net
