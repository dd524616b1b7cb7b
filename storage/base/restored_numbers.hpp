// Where a journal that was restored from a copy goes on, so that nothing is named twice.
//
// Orders, events and references (field 37) are named by record numbers. What the system wrote after
// the copy was made is lost, and its numbers have been told. So the copy does not go on at its
// end. The next number is the larger one of two:
//
//   * restored_clock_rate for each second since 2026 began. Whatever was restored before now, from
//     whatever copy, began lower, and has not come so far at less than that rate on average: 250
//     orders a second for ever.
//   * the end of the copy and what a system can have written since its last record: as fast as
//     there is (lost_records_fast) for a day, and then lost_records_steady. A system that has
//     outrun the first number is covered by this one.
//
// The numbers (limits::order_number_max) last for 34 years of the first.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/ids.hpp"
#include "engine/base/limits.hpp"
#include "engine/base/result.hpp"
#include "engine/base/siphash.hpp"
#include "engine/base/time.hpp"
#include "storage/base/secret_key.hpp"

namespace spillway::storage {

// Record numbers a second since 2026-01-01, which is so many seconds after 1970.
constexpr std::uint64_t restored_clock_rate = 1'000;
constexpr std::int64_t restored_clock_begin = 1'767'225'600;
// Records a second that a system may have written since the copy: for a day, and then for ever.
constexpr std::uint64_t lost_records_fast = 1ULL << 17;
constexpr std::uint64_t lost_records_steady = 1ULL << 12;

// `last`: the copy's last record, `last_at`: its time. An error when the numbers do not suffice.
Result<RecordNumber> restored_next(RecordNumber last, Timestamp last_at, Timestamp now);

// Numbers that no record of this journal has or will have: those between.
struct NumberGap {
  RecordNumber before;  // the copy's last record
  RecordNumber next;    // the first one that may be given again
  Timestamp at;         // when it was restored
  friend bool operator==(const NumberGap&, const NumberGap&) = default;
};

// A journal's gaps as the row `restored` of its table `state`: for each `before`, `next` and `at`
// (8 bytes each, big-endian), then the SipHash of these.
constexpr std::string_view gaps_key = "restored";
std::string to_bytes(std::span<const NumberGap> gaps, const KeyedHash& checksum);
std::optional<std::vector<NumberGap>> gaps_from(std::string_view bytes, const KeyedHash& checksum);

}  // namespace spillway::storage
