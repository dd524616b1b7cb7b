// Reading the journal's records.
#include <algorithm>
#include <cstring>

#include "engine/invariants.hpp"
#include "storage/bytes.hpp"
#include "storage/lmdb_journal.hpp"

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
  const std::uint64_t end = begin + std::min<std::uint64_t>(count, last_committed - begin + 1);
  const ReadTransaction transaction(*environment_);
  Cursor cursor(transaction.get(), records_table());
  MDB_val key = to_value(begin);
  MDB_val value{};
  std::string buffer;
  for (std::uint64_t number = begin; number < end; ++number) {
    const int code = cursor.get(key, value, number == begin ? MDB_SET_KEY : MDB_NEXT);
    std::uint64_t found = 0;
    if (code == MDB_SUCCESS && key.mv_size == sizeof found)
      std::memcpy(&found, key.mv_data, sizeof found);
    if (found != number) return damaged("record " + std::to_string(number) + " is missing");
    auto event = open_record({number}, to_text(value), buffer);
    if (!event) return damaged(event.error().message);
    out.push_back(std::move(*event));
  }
  return {};
}

void LmdbJournal::read_from(RecordNumber from, std::size_t count,
                            std::vector<StoredEvent>& out) const {
  if (const auto read = try_read_from(from, count, out); !read) must_be_whole(read.error());
}

std::optional<StoredEvent> LmdbJournal::read(RecordNumber number) const {
  if (number < first() || number > last()) return std::nullopt;
  std::vector<StoredEvent> events;
  read_from(number, 1, events);
  return std::move(events.front());
}

}  // namespace spillway::storage
