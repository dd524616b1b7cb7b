// Holds what shops were told against the engine's books and the relay centres' ledgers: every
// acknowledged order once, with one outcome, and no card charged twice.
//
// Pure code. Threads: one.
#pragma once

#include <string>
#include <vector>

#include "loadtest/audit/audit_tellings.hpp"
#include "loadtest/audit/books.hpp"
#include "loadtest/audit/ledger.hpp"
#include "loadtest/base/measurements.hpp"
#include "loadtest/load/mix.hpp"
#include "loadtest/load/order_records.hpp"
#include "loadtest/scenario/thresholds.hpp"

namespace spillway::loadtest {

struct ShopSums {
  std::string name;
  std::uint64_t told = 0;  // orders with a 202
  std::uint64_t told_amount = 0;
  std::uint64_t booked = 0;  // of them, in the books
  std::uint64_t booked_amount = 0;
  std::uint64_t authorized = 0;
  std::uint64_t authorized_amount = 0;
  std::uint64_t charged_amount = 0;  // by the ledgers, what stands at the end
  std::uint64_t by_line_amount = 0;  // authorized by a relay centre, by the books
};

struct AuditResult {
  AuditFigures figures;
  bool with_ledgers = false;
  std::uint64_t open = 0;  // of the lost: in the books, without an outcome
  std::uint64_t acknowledged = 0;
  std::uint64_t authorized = 0;
  std::uint64_t refused = 0;
  std::uint64_t cancelled = 0;
  std::uint64_t approval_needed = 0;  // their shops never said yes or no
  std::uint64_t unacknowledged = 0;   // in the books, while their shop got no answer: nothing wrong
  std::vector<ShopSums> shops;
  std::vector<LedgerPace> paces;
  std::vector<std::string> relays;
  std::vector<Histogram> outcome_by_relay;
  std::array<TellingSums, tellers> tellings{};
  std::vector<std::string> flaws;  // the first few, a sentence each
  std::uint64_t flaws_count = 0;

  bool passed() const { return flaws_count == 0; }
};

// `ledgers` may be null: then nothing is said about charges; `tellings` too. `begin` is the run's
// time 0. The times to the outcomes are added to `measured`.
AuditResult audit(const std::vector<OrderRecord>& records, const Books& books,
                  const Ledgers* ledgers, const Mix& mix, const std::vector<Shop>& shops,
                  Timestamp begin, Measurements& measured, TellingAudit* tellings = nullptr);

}  // namespace spillway::loadtest
