// Numbers that a restored journal passes over.
#include <algorithm>

#include "engine/base/invariants.hpp"
#include "storage/journal/lmdb_journal.hpp"

namespace spillway::storage {

using journal_errors::damaged;
using journal_errors::must_be_written;

// Nothing but the row: a copy whose numbers were already lifted and not used yet is lifted again.
Result<void> LmdbJournal::go_on_from(RecordNumber next, Timestamp at) {
  SPILLWAY_CHECK(next.value > state_.last, "a journal goes on below its end");
  std::vector<NumberGap> gaps = gaps_;
  if (!gaps.empty() && gaps.back().next.value > state_.last) {
    next = std::max(next, gaps.back().next);
    gaps.pop_back();
  }
  gaps.push_back({{state_.last}, next, at});
  WriteTransaction transaction(*environment_);
  const std::string bytes = to_bytes(gaps, checksum_);
  MDB_val key = to_value(gaps_key);
  MDB_val value = to_value(bytes);
  must_be_written(mdb_put(transaction.get(), state_table(), &key, &value, 0), "restored");
  JournalState state = state_;
  state.format = journal_format_restored;
  put_state(transaction, state);
  must_be_written(transaction.commit(), "commit");
  state_ = state;
  gaps_ = std::move(gaps);
  return {};
}

Result<void> LmdbJournal::read_gaps() {
  gaps_.clear();
  if (state_.format < journal_format_restored) return {};
  const ReadTransaction transaction(*environment_);
  MDB_val key = to_value(gaps_key);
  MDB_val value{};
  if (mdb_get(transaction.get(), state_table(), &key, &value) != MDB_SUCCESS)
    return damaged("it does not know where it was restored");
  auto gaps = gaps_from(to_text(value), checksum_);
  if (!gaps) return damaged("what it knows of its restoring has a wrong checksum");
  gaps_ = std::move(*gaps);
  return {};
}

RecordNumber LmdbJournal::next_number() const {
  const std::uint64_t next = state_.last + 1;
  return {gaps_.empty() ? next : std::max(next, gaps_.back().next.value)};
}

std::uint64_t LmdbJournal::passed_over() const {
  std::uint64_t count = 0;
  for (const NumberGap& gap : gaps_)
    if (gap.next.value <= state_.last) count += gap.next.value - gap.before.value - 1;
  return count;
}

RecordNumber LmdbJournal::after_gap(RecordNumber number) const {
  for (const NumberGap& gap : gaps_)
    if (number > gap.before && number < gap.next) return gap.next;
  return number;
}

bool LmdbJournal::was_given(RecordNumber number) const {
  return number <= last() && after_gap(number) == number;
}

}  // namespace spillway::storage
