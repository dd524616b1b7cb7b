// What shops and buyers were told of the outcomes, by each way in which they are told: event
// streams, webhooks, mails. Each way promises "at least once", in any order: what comes again is
// counted, what contradicts the books is for the audit to find.
//
// Threads: any; it is filled from the loops on which the tellings arrive.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "engine/base/time.hpp"
#include "loadtest/audit/books.hpp"
#include "loadtest/base/histogram.hpp"
#include "loadtest/load/order_requests.hpp"

namespace spillway::loadtest {

enum class Teller : std::uint8_t { events = 0, webhooks = 1, mails = 2 };
constexpr std::array<std::string_view, 3> teller_names = {"events", "webhooks", "mails"};
constexpr std::size_t tellers = teller_names.size();

// A set of outcomes as bits; 0 for what is none.
constexpr std::uint8_t outcome_bit(BookStatus status) {
  return status == BookStatus::authorized  ? 1
         : status == BookStatus::refused   ? 2
         : status == BookStatus::cancelled ? 4
                                           : 0;
}

// What is known of one order by one teller.
struct Telling {
  std::uint8_t outcomes = 0;  // bits
  MonotonicTime first_at{};   // when the first of them came
};
using OrderTellings = std::array<Telling, tellers>;

class Tellings {
 public:
  // Passes over what is no outcome.
  void add(Teller teller, CodeNumber code, BookStatus status, MonotonicTime at);
  // What came and could not be believed: a wrong signature, a mail that is none of ours.
  void add_unbelieved(Teller teller);

  OrderTellings of(CodeNumber code) const;
  std::uint64_t told(Teller teller) const;   // outcomes, each once
  std::uint64_t again(Teller teller) const;  // came more than once
  std::uint64_t unbelieved(Teller teller) const;
  std::uint64_t arrived() const;  // of everybody, repeats too: whether something still comes

 private:
  struct Sums {
    std::uint64_t told = 0;
    std::uint64_t again = 0;
    std::uint64_t unbelieved = 0;
  };

  mutable std::mutex mutex_;
  std::unordered_map<CodeNumber, OrderTellings> orders_;
  std::array<Sums, tellers> sums_{};
};

// The order and its outcome out of an event's JSON (docs/webhooks.md); nothing when it tells none.
struct ToldOutcome {
  CodeNumber code = 0;
  BookStatus status = BookStatus::received;
};
std::optional<ToldOutcome> outcome_in_event(std::string_view json);
// The same out of a mail's Message-ID, "3F7K9Q2MXW41.thanks@shop.example" (docs/mail.md).
std::optional<ToldOutcome> outcome_in_message_id(std::string_view id);

}  // namespace spillway::loadtest
