#include "actors/commands/asking/case_commands.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "actors/commands/command_line.hpp"
#include "actors/documents/case_json.hpp"
#include "tests/engine/order/order_samples.hpp"

namespace spillway::actors {
namespace {

using testing::HasSubstr;
using testing::Not;
using namespace samples;

Command parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), {"spillway", "cases"});
  return parse_command_line(static_cast<int>(arguments.size()), arguments.data());
}

TEST(CasesCommand, ListsOrResolves) {
  const Command list = parse({"--json"});
  const auto* cases = std::get_if<CasesCommand>(&list);
  ASSERT_NE(cases, nullptr);
  EXPECT_TRUE(cases->json);
  EXPECT_EQ(cases->resolve, "");

  const Command one = parse({"resolve", "S9C7-ZD3S-MZSW.1", "--outcome", "authorized", "--note",
                             "Mr Ito says so", "--approval-code", "T77777"});
  const auto* resolve = std::get_if<CasesCommand>(&one);
  ASSERT_NE(resolve, nullptr);
  EXPECT_EQ(resolve->resolve, "S9C7-ZD3S-MZSW.1");
  EXPECT_EQ(resolve->outcome, "authorized");
  EXPECT_EQ(resolve->note, "Mr Ito says so");
  EXPECT_EQ(resolve->approval_code, "T77777");
}

TEST(CasesCommand, EndsWithTwoForWrongUsage) {
  for (const auto& arguments : std::vector<std::vector<const char*>>{
           {"resolve"},
           {"resolve", "S9C7-ZD3S-MZSW.1"},
           {"resolve", "S9C7-ZD3S-MZSW.1", "--outcome", "not_charged"},
           {"resolve", "S9C7-ZD3S-MZSW.1", "--outcome", "charged", "--note", "x"},
           {"resolve", "../shops", "--outcome", "not_charged", "--note", "x"},
           {"S9C7-ZD3S-MZSW.1"}}) {
    const Command command = parse(arguments);
    ASSERT_TRUE(std::holds_alternative<ExitNow>(command));
    EXPECT_EQ(std::get<ExitNow>(command).code, exit_wrong_usage);
  }
}

OpenCase partial_that_does_not_reverse() {
  const Answered partial{Attempt{2}, "10", "", Answer::held_unlike, Money{2000, {392}}};
  const OrderState state =
      after({sent(1), answered(1, "91"), sent(2), partial, reversal(2, ReversalReason::held_unlike),
             DoubtEscalated{Attempt{2}, 10, "12"}});
  return {CaseKind::unsettled, Attempt{2}, state};
}

TEST(CaseJson, TellsAPersonWhyAndWhatWasTried) {
  Configuration configuration;
  RelaySettings relay;
  relay.id = RelayId{3};
  relay.name = "east";
  configuration.relays.push_back(relay);
  const OpenCase open = partial_that_does_not_reverse();
  const std::string json =
      cases_json(configuration, {{&open, "S9C7-ZD3S-MZSW.2", "S9C7-ZD3S-MZSW", received()}}, false);
  const auto text = cases_text(json);
  ASSERT_TRUE(text) << text.error().message;
  EXPECT_THAT(*text, HasSubstr("S9C7-ZD3S-MZSW.2  in_doubt  JPY 3150  shop 7  A-10023"));
  EXPECT_THAT(*text, HasSubstr("Relay centre east settled none of 10 tries to reverse attempt 2: "
                               "the last answer was 12."));
  EXPECT_THAT(*text, HasSubstr("attempt 1   field 37 " + std::string(sent(1).reference.view())));
  EXPECT_THAT(*text, HasSubstr("settled, answer 91"));
  EXPECT_THAT(*text, HasSubstr("reversing, answer 10, held JPY 2000"));
  const auto next = cases_next(json);
  ASSERT_TRUE(next);
  EXPECT_EQ(*next, "");
  const auto more = cases_next(
      cases_json(configuration, {{&open, "S9C7-ZD3S-MZSW.2", "S9C7-ZD3S-MZSW", {}}}, true));
  ASSERT_TRUE(more);
  EXPECT_EQ(*more, "S9C7-ZD3S-MZSW.2");
}

OrderState lost(std::uint16_t attempts) {
  OrderState state = order();
  for (std::uint16_t attempt = 1; attempt <= attempts; ++attempt)
    state = after(state, {sent(attempt), FellInDoubt{Attempt{attempt}, DoubtReason::line_lost},
                          reversal(attempt, ReversalReason::in_doubt), reversed(attempt)});
  return state;
}

TEST(CaseJson, TellsOfAttemptsThatAreLost) {
  const OrderState state = after(lost(5), {sent(6)});
  const OpenCase open{CaseKind::lost, Attempt{}, state};
  const std::string json = cases_json({}, {{&open, "A", "A"}}, false);
  EXPECT_THAT(json, HasSubstr("\"kind\":\"lost\""));
  EXPECT_THAT(json, HasSubstr("Attempts 1 to 5 were lost with the line to relay centre 3,"));
  const auto text = cases_text(json);
  ASSERT_TRUE(text) << text.error().message;
  EXPECT_THAT(*text, HasSubstr("settled, fell in doubt: line_lost, answer none"));
}

TEST(CaseJson, TellsOfManyAttemptsTheLast) {
  OrderState state = lost(30);
  take(state, AnsweredLate{Attempt{4}, "00", "A12345"});
  take(state, reversal(4, ReversalReason::late_approval));
  const OpenCase open{CaseKind::lost, Attempt{}, state};
  const std::string json = cases_json({}, {{&open, "A", "A"}}, false);
  for (const char* attempt : {"4", "11", "30"})
    EXPECT_THAT(json, HasSubstr("{\"attempt\":" + std::string(attempt) + ","));
  for (const char* attempt : {"1", "3", "5", "10"})
    EXPECT_THAT(json, Not(HasSubstr("{\"attempt\":" + std::string(attempt) + ",")));
}

TEST(CaseJson, TellsWhatARelayCentreIsCalledThatIsNotConfigured) {
  const OpenCase open = partial_that_does_not_reverse();
  EXPECT_THAT(cases_json({}, {{&open, "A.2", "A", {}}}, false), HasSubstr("\"relay\":\"3\""));
}

TEST(CaseJson, TellsOfAnOrderThatNobodyServes) {
  const OpenCase waits{CaseKind{}, Attempt{}, order()};
  ShownCase shown{&waits, "A", "A"};
  const struct {
    WhyUnserved why;
    const char* kind;
    const char* sentence;
  } cases[] = {
      {WhyUnserved::relay_unknown, "relay_unknown", "no longer names relay centre 3:"},
      {WhyUnserved::shop_unknown, "shop_unknown", "no longer names shop 7:"},
      {WhyUnserved::set_aside, "set_aside", "Its data let nobody decide about it"},
  };
  for (const auto& each : cases) {
    shown.unserved = each.why;
    const std::string json = cases_json({}, {shown}, false);
    EXPECT_THAT(json, HasSubstr("\"kind\":\"" + std::string(each.kind) + "\""));
    EXPECT_THAT(json, HasSubstr(each.sentence));
    EXPECT_TRUE(cases_text(json));
  }
}

TEST(CaseJson, TellsWhatCameOfAResolution) {
  const auto text =
      case_resolved_text(case_resolved_json({"A-1.1", "A-1", "not_charged", Status::cancelled}));
  ASSERT_TRUE(text);
  EXPECT_EQ(*text, "A-1.1: not_charged; the order is cancelled\n");
  EXPECT_FALSE(case_resolved_text("{}"));
}

}  // namespace
}  // namespace spillway::actors
