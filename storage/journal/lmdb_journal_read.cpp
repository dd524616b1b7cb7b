// Reading the journal's records.
#include <algorithm>
#include <cstring>

#include "engine/base/invariants.hpp"
#include "storage/base/bytes.hpp"
#include "storage/journal/lmdb_journal.hpp"
#include "storage/journal/tombstone.hpp"

namespace spillway::storage {

using journal_errors::damaged;
using journal_errors::must_be_whole;

Result<StoredEvent> LmdbJournal::open_record(RecordNumber number, std::string_view stored,
                                             std::string& buffer) const {
  const auto content = seal_.open(number, stored, buffer);
  if (!content) return content.error();
  auto fact = decode_fact(content->kind, content->body);
  if (!fact) return Error{"record " + std::to_string(number.value) + ": " + fact.error().message};
  return StoredEvent{number, Event{content->order, content->at, std::move(*fact)}};
}

Result<void> LmdbJournal::try_read_from(RecordNumber from, std::size_t count,
                                        std::vector<StoredEvent>& out) const {
  const std::uint64_t last_committed = last().value;
  const std::uint64_t begin = std::max(from.value, first().value);
  if (begin > last_committed) return {};
  const ReadTransaction transaction(*environment_);
  Cursor cursor(transaction.get(), records_table());
  MDB_val key = to_value(begin);
  MDB_val value{};
  std::string buffer;
  std::uint64_t expected = begin;
  int code = cursor.get(key, value, MDB_SET_RANGE);
  for (std::size_t done = 0; done < count && expected <= last_committed;
       ++done, code = cursor.get(key, value, MDB_NEXT)) {
    std::uint64_t number = 0;
    if (code == MDB_SUCCESS && key.mv_size == sizeof number)
      std::memcpy(&number, key.mv_data, sizeof number);
    if (number < expected) return damaged("record " + std::to_string(expected) + " is missing");
    // A removal since `last` was read may have taken the last ones out.
    if (number > last_committed) return check_removed(transaction.get(), expected, last_committed);
    if (auto removed = check_removed(transaction.get(), expected, number - 1); !removed)
      return removed;
    auto event = open_record({number}, to_text(value), buffer);
    if (!event) return damaged(event.error().message);
    out.push_back(std::move(*event));
    expected = number + 1;
  }
  return {};
}

void LmdbJournal::read_from(RecordNumber from, std::size_t count,
                            std::vector<StoredEvent>& out) const {
  if (const auto read = try_read_from(from, count, out); !read) must_be_whole(read.error());
}

std::optional<StoredEvent> LmdbJournal::read(RecordNumber number) const {
  if (number < first() || number > last()) return std::nullopt;
  const ReadTransaction transaction(*environment_);
  MDB_val key = to_value(number.value);
  MDB_val value{};
  const int code = mdb_get(transaction.get(), records_table(), &key, &value);
  if (code == MDB_NOTFOUND) {
    const auto removed = check_removed(transaction.get(), number.value, number.value);
    if (!removed) must_be_whole(removed.error());
    return std::nullopt;
  }
  if (code != MDB_SUCCESS) must_be_whole(damaged("it cannot be read: " + lmdb_text(code)));
  std::string buffer;
  auto event = open_record(number, to_text(value), buffer);
  if (!event) must_be_whole(damaged(event.error().message));
  return std::move(*event);
}

// Whether all of these numbers, which have no record, were removed: each has a tombstone, or its
// link was merged; or was passed over when the journal was restored.
Result<void> LmdbJournal::check_removed(MDB_txn* transaction, std::uint64_t first,
                                        std::uint64_t last) const {
  for (std::uint64_t number = first; number <= last;) {
    if (const RecordNumber after = after_gap({number}); after.value != number) {
      number = after.value;
      continue;
    }
    const Error missing = damaged("record " + std::to_string(number) + " is missing");
    if (!has_chain()) return missing;
    MDB_val key = to_value(number);
    MDB_val value{};
    if (mdb_get(transaction, erased_table(), &key, &value) == MDB_SUCCESS) {
      const auto tombstone = tombstone_from({number}, to_text(value), checksum_);
      if (!tombstone || tombstone->erasure != Erasure::removed) return missing;
      ++number;
      continue;
    }
    Cursor links(transaction, chain_table());
    key = to_value(number);
    if (links.get(key, value, MDB_SET_RANGE) != MDB_SUCCESS || !is_merged(value)) return missing;
    const auto link = link_at(key, value);
    if (!link) return link.error();
    if (link->first.value > number) return missing;
    number = link->last.value + 1;
  }
  return {};
}

}  // namespace spillway::storage
