// Holds what shops and buyers were told by events, webhooks and mails against the engine's books:
// each outcome told, and none that the books do not have.
//
// Pure code. Threads: one.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "loadtest/audit/books.hpp"
#include "loadtest/audit/tellings.hpp"
#include "loadtest/base/measurements.hpp"
#include "loadtest/load/order_records.hpp"

namespace spillway::loadtest {

struct TellingSums {
  bool wanted = false;
  std::uint64_t told = 0;        // outcomes, each once
  std::uint64_t again = 0;       // came more than once, as "at least once" allows
  std::uint64_t missing = 0;     // outcomes of the books that were not told
  std::uint64_t disagree = 0;    // orders told with an outcome that the books do not have
  std::uint64_t unbelieved = 0;  // wrong signatures, mails that were none of ours
};

class TellingAudit {
 public:
  // `begin` is the run's time 0. The tellings outlive this.
  TellingAudit(const Tellings& tellings, std::array<bool, tellers> wanted, MonotonicTime begin);

  // Gives a clause about what is wrong, if anything is: "was told by mails as refused". The times
  // from the 202 to the tellings are added to `measured`.
  std::optional<std::string> check(const OrderRecord& record, const BookEntry& entry,
                                   Measurements& measured);

  // With the counts of repeats, which are noted in `measured`.
  std::array<TellingSums, tellers> finish(Measurements& measured) const;

 private:
  const Tellings& tellings_;
  const MonotonicTime begin_;
  std::array<TellingSums, tellers> sums_{};
};

// The outcomes that an order had, as bits: one that was authorized and then cancelled had both.
std::uint8_t outcomes_of(const BookEntry& entry);
// Those of them that have to be told. A cancel takes back a mail of thanks that is still due
// (docs/mail.md).
std::uint8_t outcomes_owed(const BookEntry& entry, Teller teller);

}  // namespace spillway::loadtest
