// What a relay centre's ledger says about a run: which orders' authorizations stand, and how fast
// they came. The lines are those of docs/relay-protocol.md.
//
// Threads: one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/base/time.hpp"

namespace spillway::loadtest {

// An order's authorizations, found by its amount, which is its own within a run.
struct Charges {
  std::uint8_t live = 0;       // at the end
  std::uint8_t live_most = 0;  // at any line
  std::uint16_t requests = 0;  // 0100 and 0101
  // What stands of each reference; most orders have one.
  std::vector<std::pair<std::uint64_t, std::uint8_t>> references;
};

// From a time on, what all that send to a relay centre may send it in a second; 0: without limit.
struct PaceStep {
  Timestamp from{};
  double pace = 0;
};

struct LedgerPace {
  std::string relay;
  double pace_max = 0;               // the highest; 0: no limit is known
  std::uint64_t requests = 0;        // authorizations, without repeats
  std::uint64_t most_in_second = 0;  // in any second of the run, not only whole ones
  Timestamp most_at{};
  bool kept = true;  // otherwise the three above are those of the worst second
};

// A time of the run in which a relay centre stood still: what was under way came in one burst then.
struct Disturbance {
  Timestamp from{};
  Timestamp to{};
};

class Ledgers {
 public:
  // Amounts outside are other runs' orders. `machine_late` is by how much a process of the relay
  // centres' machine was seen to be late for want of a processor.
  Ledgers(std::uint64_t amount_from, std::uint64_t amount_to, Timestamp since,
          Duration machine_late = {})
      : amount_from_(amount_from),
        amount_to_(amount_to),
        since_(since),
        machine_late_(machine_late) {}

  // Reads a ledger. `paces` by time; none: no limit is known. The error names the line that cannot
  // be read.
  Result<void> add(const std::string& relay, const std::filesystem::path& file,
                   const std::vector<PaceStep>& paces,
                   const std::vector<Disturbance>& disturbances);

  const std::unordered_map<std::uint64_t, Charges>& charges() const { return charges_; }
  const std::vector<LedgerPace>& paces() const { return paces_; }

 private:
  struct Line;
  void book(const Line& line);
  void judge_pace(LedgerPace& pace, std::vector<Timestamp>& times,
                  const std::vector<PaceStep>& paces, const std::vector<Disturbance>& disturbances);

  std::uint64_t amount_from_;
  std::uint64_t amount_to_;
  Timestamp since_;
  Duration machine_late_;
  std::unordered_map<std::uint64_t, Charges> charges_;
  std::vector<LedgerPace> paces_;
};

}  // namespace spillway::loadtest
