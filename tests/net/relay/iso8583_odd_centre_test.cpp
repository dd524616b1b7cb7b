// The line beside a relay centre that does not speak as we would: the line stays, and what can be
// known is known.
#include <gtest/gtest.h>

#include "tests/net/fixtures/iso8583_messages.hpp"
#include "tests/net/fixtures/scripted_centre.hpp"

namespace spillway::net {
namespace {

using namespace std::chrono_literals;
using iso8583::Field;
using iso8583::Flaw;
using iso8583::Unreadable;
using messages::expected_bytes;

std::string frame_of(std::string_view message) {
  const std::string bytes = expected_bytes(message);
  return std::string{static_cast<char>(bytes.size() >> 8U),
                     static_cast<char>(bytes.size() & 0xFFU)} +
         bytes;
}

const std::string good_answer = frame_of("0110<00200000 0a000000>004711A0000001200100");

class OddCentreTest : public testing::Test {
 protected:
  void connect(const RelayOptions& options) {
    connection_ = std::make_unique<Iso8583Connection>(line_loop_, options, seal_);
    connection_->start(recorder_);
  }
  void sign_on() {
    connect(options_for(centre_.port()));
    ASSERT_TRUE(recorder_.wait_for_ups(1));
  }
  // The answer of our line to what the relay centre asks.
  std::string answer_to(std::string_view request) {
    const std::size_t before = centre_.responses();
    centre_.say(frame_of(request));
    EXPECT_TRUE(centre_.wait_for_responses(before + 1));
    return centre_.last_response();
  }

  EventLoop centre_loop_{"centre"};
  EventLoop line_loop_{"line"};
  OpenSeal seal_;
  ScriptedCentre centre_{centre_loop_};
  LineRecorder recorder_;
  std::unique_ptr<Iso8583Connection> connection_;
};

TEST_F(OddCentreTest, PassesOverWhatItCannotReadAndReadsOn) {
  struct Row {
    const char* message;
    Unreadable why;
    bool in_doubt;  // it says which request it is about
  };
  const std::vector<Row> table{
      {"0620<00200000 08000000>004711A00000012001", {Flaw::type, 0, 620}, false},
      {"0100<00200000 08000000>004711A00000012001", {Flaw::missing_field, 2, 100}, false},
      {"1110<00200000 0a000000>004711A0000001200100", {Flaw::type, 0, 1110}, false},
      {"ECHO", {Flaw::truncated, 0, 0}, false},
      {"<8f 90 91 92 93 94 95 96 97 98 99 9a 9b 9c 9d>", {Flaw::type, 0, 0}, false},
      {"0110<00200000 02000000>00471100", {Flaw::missing_field, 37, 110}, false},
      {"0110<00200000 0a000000>004711A000000120010", {Flaw::truncated, 39, 110}, true},
      {"0110<00200000 0a000000>004711A0000001200100XX", {Flaw::trailing, 0, 110}, true},
      {"0110<10200000 0a000000>  3150000000004711A0000001200100", {Flaw::characters, 4, 110}, true},
      {"0410<00200000 0a100000>004711A000000120010099", {Flaw::truncated, 44, 410}, true},
  };
  sign_on();
  std::size_t replies = 0;
  for (std::size_t i = 0; i < table.size(); ++i) {
    const Row& row = table[i];
    centre_.say(frame_of(row.message) + good_answer);
    ASSERT_TRUE(recorder_.wait_for_passed_over(i + 1)) << row.message;
    EXPECT_EQ(recorder_.passed_over()[i], row.why) << to_text(recorder_.passed_over()[i]);
    ASSERT_TRUE(recorder_.wait_for_replies(replies + (row.in_doubt ? 2 : 1))) << row.message;
    if (row.in_doubt) {
      const RelayReply doubtful = recorder_.replies()[replies++];
      EXPECT_EQ(doubtful.reference.view(), "A00000012001") << row.message;
      EXPECT_TRUE(doubtful.code.empty()) << row.message;
      EXPECT_TRUE(doubtful.approval_code.empty()) << row.message;
      EXPECT_FALSE(doubtful.amount) << row.message;
    }
    EXPECT_EQ(recorder_.replies()[replies++].code.view(), "00") << row.message;
  }
  EXPECT_EQ(recorder_.replies().size(), replies);
  EXPECT_EQ(recorder_.ups(), 1U);
  EXPECT_TRUE(recorder_.losses().empty());
}

TEST_F(OddCentreTest, CountsEqualMessagesOfOneRead) {
  sign_on();
  std::string many;
  for (int i = 0; i < 1'000; ++i) many += frame_of("0620<00200000 08000000>004711A00000012001");
  centre_.say(many);
  ASSERT_TRUE(recorder_.wait_for_passed_over(1'000));
  EXPECT_TRUE(recorder_.losses().empty());
}

TEST_F(OddCentreTest, TakesFramesOfNothingForASignOfLife) {
  centre_.answer_echoes(false);
  RelayOptions options = options_for(centre_.port());
  options.heartbeat_after = 20ms;
  options.silence_max = 60s;
  connect(options);
  ASSERT_TRUE(recorder_.wait_for_ups(1));
  // An echo is asked for anew only when something was heard since the one before.
  for (std::size_t echoes = 1; echoes <= 3; ++echoes) {
    ASSERT_TRUE(centre_.wait_for("0800/301", echoes));
    centre_.say(std::string(4, '\0'));
  }
  centre_.say(std::string(2, '\0') + good_answer);
  ASSERT_TRUE(recorder_.wait_for_replies(1));
  EXPECT_TRUE(recorder_.losses().empty());
  EXPECT_TRUE(recorder_.passed_over().empty());
}

TEST_F(OddCentreTest, LosesALineOnWhichNoMessageEverComesToItsEnd) {
  RelayOptions options = options_for(centre_.port());
  options.heartbeat_after = 5ms;
  options.silence_max = 50ms;
  connect(options);
  ASSERT_TRUE(recorder_.wait_for_ups(1));
  // A length of 8,000 that the next answers are taken for.
  centre_.say("\x1f\x40");
  ASSERT_TRUE(recorder_.wait_for_losses(1));
  EXPECT_EQ(recorder_.losses()[0], LineLoss::silent);
  EXPECT_EQ(recorder_.reasons()[0], "nothing was heard for 0.05 s");
}

TEST_F(OddCentreTest, RefusesNetworkRequestsThatItDoesNotDo) {
  sign_on();
  struct Row {
    const char* request;
    const char* answer;
  };
  const std::vector<Row> table{
      {"0800<82200000 00000000 04000000 00000000>1121220509000042301",
       "0810<82200000 02000000 04000000 00000000>112122050900004200301"},
      {"0800<82200000 00000000 04000000 00000000>1121220509000042161",
       "0810<82200000 02000000 04000000 00000000>112122050900004240161"},
      {"0800<82200000 00000000 04000000 00000000>1121220509000042101",
       "0810<82200000 02000000 04000000 00000000>112122050900004240101"},
      {"0801<82200000 00000000 04000000 00000000>1121220509000042162",
       "0810<82200000 02000000 04000000 00000000>112122050900004240162"},
      {"0800<80200000 00000000 04000000 00000000>000042301",  // no field 7
       "0810<80200000 02000000 04000000 00000000>00004200301"},
      {"0800<80000000 00000000 04000000 00000000>301",
       "0810<80000000 02000000 04000000 00000000>00301"},
      {"0800<00200000 00000000>000042",  // nothing that it could be about
       "0810<80200000 02000000 00000000 00000000>00004240"},
      {"0800<82200001 00000000 04000000 00000000>1121xx0509000042060abcd9301",
       "0810<80200000 02000000 04000000 00000000>00004200301"},
  };
  for (const Row& row : table)
    EXPECT_EQ(messages::to_hex(answer_to(row.request)),
              messages::to_hex(expected_bytes(row.answer)))
        << row.request;
  EXPECT_TRUE(recorder_.losses().empty());
}

TEST_F(OddCentreTest, TakesAnAnswerToItsSignOnWithMoreOrLessThanItNeeds) {
  std::size_t ups = 0;
  for (const char* answer : {"0810<00200000 02000000>00000100",  // no 70
                             "0810<00000000 02000000>00",        // no 11
                             "0810<82220000 02000000 04000000 00000000>1121220509000001112200001",
                             "0810<80200000 02000000 04000000 00000000>77777700001",  // another 11
                             "0810<80200000 02100010 04000000 00000000>0000010005HELLO003ABC001"}) {
    centre_.answer_sign_on_as(std::string(2, '\0') + frame_of(answer));
    connection_.reset();
    connect(options_for(centre_.port()));
    ASSERT_TRUE(recorder_.wait_for_ups(++ups)) << answer;
  }
  EXPECT_TRUE(recorder_.tries().empty());
}

TEST_F(OddCentreTest, SaysWhyALineDoesNotComeUp) {
  struct Row {
    const char* answer;
    const char* why;
  };
  const std::vector<Row> table{
      {"0810<80200000 02000000 04000000 00000000>00000191001",
       "the sign-on was refused with response code 91"},
      {"0810<80200000 00000000 04000000 00000000>000001001",
       "the answer to the sign-on has no field 39 that can be read"},
      {"0810<80200000 02000000 04000000 00000000>0000010000",
       "no answer to the sign-on within 0.05 s; the last message that came was passed over: 0810: "
       "the message ends within field 70 (network management code)"},
      {"0810<80200000 02000000 04000000 00000000>00000100301",  // answers something else
       "no answer to the sign-on within 0.05 s"},
  };
  for (const Row& row : table) {
    centre_.answer_sign_on_as(frame_of(row.answer));
    RelayOptions options = options_for(centre_.port());
    options.connect_time_max = 50ms;
    const std::size_t before = recorder_.tries().size();
    connect(options);
    ASSERT_TRUE(recorder_.wait_for_tries(before + 1)) << row.why;
    EXPECT_EQ(recorder_.tries()[before], row.why);
    connection_.reset();
  }
  RelayOptions nobody = options_for(centre_.port());
  nobody.host = "no-such-host.invalid";
  const std::size_t before = recorder_.tries().size();
  connect(nobody);
  ASSERT_TRUE(recorder_.wait_for_tries(before + 1));
  EXPECT_TRUE(recorder_.tries()[before].starts_with("no connection: "))
      << recorder_.tries()[before];
  connection_.reset();
  EXPECT_EQ(recorder_.ups(), 0U);
  EXPECT_TRUE(recorder_.losses().empty());
}

TEST_F(OddCentreTest, SaysWhyALineIsLost) {
  sign_on();
  centre_.hang_up();
  ASSERT_TRUE(recorder_.wait_for_losses(1));
  EXPECT_EQ(recorder_.reasons()[0], "the connection ended");
  ASSERT_TRUE(recorder_.wait_for_ups(2));
  centre_.say(frame_of("0800<80200000 00000000 04000000 00000000>000042002"));
  ASSERT_TRUE(recorder_.wait_for_losses(2));
  EXPECT_EQ(recorder_.reasons()[1], "the relay centre signed off");
}

}  // namespace
}  // namespace spillway::net
