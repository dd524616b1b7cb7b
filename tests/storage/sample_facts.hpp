// One fact of each kind, with values at the edges of their types.
#pragma once

#include <vector>

#include "engine/events.hpp"

namespace spillway::storage {

inline Received sample_received() {
  Received fact;
  fact.shop = {7};
  fact.relay = {2};
  fact.reference = "A-10023";
  fact.member = "M-4821";
  fact.buyer = {"Hanako Sato", "hanako@example.jp"};
  fact.items = {{"SHOE-42", "Leather shoes", 1, 3150}, {"SOCK-7", "Wool socks, pair", 200, 70'000}};
  fact.amount = {14'003'150, {392}};
  fact.card = {CardCompany::visa, {'4', '2', '4', '2'}};
  fact.idempotency = {{0x0123456789ABCDEF, 0xFEDCBA9876543210}, 0xFFFFFFFFFFFFFFFF};
  return fact;
}

// With all that version 2 adds.
inline Received sample_timed_received() {
  Received fact = sample_received();
  fact.urgency = Urgency::high;
  fact.verdict_by = Timestamp(Duration(1'800'000'000'000'000));
  fact.expected_within = std::chrono::milliseconds(4'294'967'295);
  return fact;
}

inline OrdersRemoved sample_removal() {
  OrdersRemoved fact;
  fact.orders = {{{5}, {{5}, {6}, {300}}}, {{8}, {{8}}}, {{1'000'000}, {{1'000'000}, {1'000'007}}}};
  fact.books.fill('b');
  return fact;
}

inline std::vector<Fact> sample_facts() {
  return {sample_received(),
          Sent{{1}, {2}, "A0000001C001", 999'999},
          Answered{{1}, "00", "A12345"},
          FellInDoubt{{2}, DoubtReason::line_lost},
          ReversalDecided{{2}, ReversalReason::in_doubt},
          AnsweredLate{{65'535}, "05", ""},
          Reversed{{2}, "25"},
          DoubtEscalated{{2}, 40'000},
          ApprovalObtained{"B99999"},
          ApprovalRefused{},
          CancelRequested{},
          Cancelled{},
          NoticeDelivered{},
          NoticeRefused{},
          AttemptsUsedUp{},
          sample_removal(),
          CaseResolved{{2}, CaseOutcome::authorized, "C77777"}};
}

// Facts that say what only some of their kind have to say.
inline std::vector<Fact> sample_fuller_facts() {
  return {Answered{{1}, "10", "", Answer::held_unlike, Money{2'000, {392}}},
          Answered{{2}, "00", "", Answer::held_unlike, Money{INT64_MAX, {65'535}}},
          Answered{{3}, "11", "A12345", Answer::usable, {}},
          Answered{{4}, "08", "", Answer::held_unlike, {}},
          FellInDoubt{{5}, DoubtReason::no_verdict, "68"},
          FellInDoubt{{6}, DoubtReason::no_verdict, ""},
          ReversalDecided{{7}, ReversalReason::held_unlike},
          AnsweredLate{{65'535}, "10", "", Answer::held_unlike, Money{-1, {840}}},
          DoubtEscalated{{8}, 10, "96"},
          CaseResolved{{0}, CaseOutcome::not_charged, ""}};
}

}  // namespace spillway::storage
