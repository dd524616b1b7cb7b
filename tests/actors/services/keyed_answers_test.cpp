#include "actors/services/keyed_answers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/order/limits.hpp"
#include "storage/registry/keyed_answer_rows.hpp"

namespace spillway::actors {
namespace {

using storage::RegistryTable;

class MapRegistry final : public storage::Registry {
 public:
  void commit(std::span<const storage::RegistryChange> changes) override {
    for (const storage::RegistryChange& change : changes) {
      EXPECT_EQ(change.table, RegistryTable::keyed_answers);
      if (change.value)
        rows[change.key] = *change.value;
      else
        rows.erase(change.key);
    }
  }
  bool has_room() const override { return true; }
  std::optional<std::string> read(RegistryTable, std::string_view key) const override {
    const auto found = rows.find(key);
    return found == rows.end() ? std::nullopt : std::optional(found->second);
  }
  void for_each(RegistryTable, const storage::RegistryRange& range,
                const Visit& visit) const override {
    for (const auto& [key, value] : rows)
      if (key.starts_with(range.prefix) && key > range.after && !visit(key, value)) return;
  }

  std::map<std::string, std::string, std::less<>> rows;
};

class Loops final : public net::ApiAnswers {
 public:
  void answer(std::vector<net::ApiAnswer> batch) override {
    for (net::ApiAnswer& each : batch) told.push_back(std::move(each));
  }
  std::vector<net::ApiAnswer> told;
};

class KeyedAnswersTest : public testing::Test {
 protected:
  KeyedAnswersTest() { answers_->answer_through(loops_); }

  std::unique_ptr<KeyedAnswers> make() {
    return std::make_unique<KeyedAnswers>(registry_, hash_, [this] { return now_; });
  }
  void start_anew() {
    answers_ = make();
    answers_->answer_through(loops_);
  }

  net::RepeatableRequest request(const std::string& name = "n", unsigned char body = 1,
                                 const std::string& credential = "key_1") {
    net::RepeatableRequest made{{0, next_++, 5}, name, credential, {}};
    made.secret[0] = body;
    made.secret[1] = static_cast<unsigned char>(credential.back());
    return made;
  }
  // As a desk does: durable, then told.
  void be_done(const net::RepeatableRequest& request, const std::string& json, int status = 201) {
    std::vector<storage::RegistryChange> changes;
    const net::ApiAnswer answer = net::document(
        request.ticket, {.status = status, .json = json, .headers = {{"Location", "/v1/x/1"}}});
    keep_answer(*answers_, answer, changes);
    registry_.commit(changes);
    answers_->answer({answer});
  }
  static const net::answers::DocumentContent* document_of(
      const std::optional<net::ApiAnswer>& answer) {
    const auto* document = answer ? std::get_if<net::answers::Document>(&answer->answer) : nullptr;
    return document != nullptr ? document->content.get() : nullptr;
  }
  template <class Kind>
  static bool is(const std::optional<net::ApiAnswer>& answer) {
    return answer && std::holds_alternative<Kind>(answer->answer);
  }

  MapRegistry registry_;
  storage::IdempotencyHash hash_{storage::Secret<16>{}};
  Timestamp now_{std::chrono::sys_days{std::chrono::year(2026) / 12 / 1}};
  Loops loops_;
  std::uint32_t next_ = 1;
  std::unique_ptr<KeyedAnswers> answers_ = make();
};

TEST_F(KeyedAnswersTest, GiveARepeatTheFirstAnswerAlsoAfterAStart) {
  const auto first = request();
  ASSERT_FALSE(answers_->begin(first));
  be_done(first, R"({"secret":"s"})");
  ASSERT_EQ(loops_.told.size(), 1U);
  for (const bool anew : {false, true}) {
    if (anew) start_anew();
    const auto again = request();
    const auto answer = answers_->begin(again);
    const auto* told = document_of(answer);
    ASSERT_NE(told, nullptr) << anew;
    EXPECT_EQ(told->status, 201);
    EXPECT_EQ(told->json, R"({"secret":"s"})");
    EXPECT_THAT(told->headers, testing::ElementsAre(testing::Pair("Location", "/v1/x/1"),
                                                    testing::Pair("Idempotency-Replayed", "true")));
    EXPECT_EQ(answer->ticket.connection, again.ticket.connection);
    EXPECT_EQ(answer->ticket.sequence, again.ticket.sequence);
  }
  for (const auto& [key, row] : registry_.rows)
    EXPECT_EQ(row.find("secret"), std::string::npos) << "in the clear";
}

TEST_F(KeyedAnswersTest, RefuseAnotherBodyAndWhatIsUnderWay) {
  const auto first = request();
  ASSERT_FALSE(answers_->begin(first));
  EXPECT_TRUE(is<net::answers::InFlight>(answers_->begin(request())));
  EXPECT_TRUE(is<net::answers::OtherBody>(answers_->begin(request("n", 2))));
  EXPECT_FALSE(answers_->begin(request("another")));
  be_done(first, "{}");
  EXPECT_TRUE(is<net::answers::OtherBody>(answers_->begin(request("n", 2))));
  EXPECT_NE(document_of(answers_->begin(request())), nullptr);
}

TEST_F(KeyedAnswersTest, TellAnotherApiKeyOfTheShopOnlyThatItWasDone) {
  const auto first = request();
  ASSERT_FALSE(answers_->begin(first));
  EXPECT_TRUE(is<net::answers::InFlight>(answers_->begin(request("n", 1, "key_2"))));
  be_done(first, R"({"secret":"s"})");
  const auto answer = answers_->begin(request("n", 1, "key_2"));
  ASSERT_TRUE(is<net::answers::Refused>(answer));
  const auto& refused = *std::get<net::answers::Refused>(answer->answer).content;
  EXPECT_EQ(refused.refusal.status, 409);
  EXPECT_EQ(refused.name, "idempotency-key-of-another-api-key");
}

TEST_F(KeyedAnswersTest, ForgetWhatWasRefused) {
  const auto first = request();
  ASSERT_FALSE(answers_->begin(first));
  const net::ApiAnswer no = net::refused(first.ticket, {.refusal = {409, "It is in use.", {}}});
  std::vector<storage::RegistryChange> changes;
  keep_answer(*answers_, no, changes);
  EXPECT_TRUE(changes.empty());
  answers_->answer({no});
  const auto second = request("n", 2);
  ASSERT_FALSE(answers_->begin(second)) << "the key is free again";
  answers_->forget(second.ticket);
  EXPECT_FALSE(answers_->begin(request("n", 3)));
}

TEST_F(KeyedAnswersTest, KeepNothingOfRequestsWithoutAKey) {
  be_done(request(), "{}");
  EXPECT_TRUE(registry_.rows.empty());
  EXPECT_EQ(loops_.told.size(), 1U);
}

TEST_F(KeyedAnswersTest, LiveADayAtLeastAndNotForEver) {
  const auto do_one = [&](const std::string& name) {
    const auto one = request(name);
    ASSERT_FALSE(answers_->begin(one)) << name;
    be_done(one, "{}");
  };
  for (const char* name : {"a", "b", "c"}) do_one(name);
  now_ += limits::idempotency_key_life - Duration(1);
  do_one("d");
  EXPECT_NE(document_of(answers_->begin(request("a"))), nullptr);
  EXPECT_EQ(registry_.rows.size(), 8U);
  now_ += Duration(1);
  do_one("e");  // and two of the three go
  EXPECT_EQ(registry_.rows.size(), 6U);
  do_one("f");
  EXPECT_EQ(registry_.rows.size(), 6U);
  EXPECT_NE(document_of(answers_->begin(request("d"))), nullptr);
}

}  // namespace
}  // namespace spillway::actors
