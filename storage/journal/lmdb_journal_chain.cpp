// The journal's chain: a row a commit, and what stands in it for records that were erased.
#include <cstring>

#include "engine/base/invariants.hpp"
#include "storage/base/bytes.hpp"
#include "storage/journal/lmdb_journal.hpp"
#include "storage/journal/tombstone.hpp"

namespace spillway::storage {

using journal_errors::damaged;
using journal_errors::must_be_whole;
using journal_errors::must_be_written;

namespace {

constexpr std::size_t link_size = 8 + sizeof(ChainHash);
constexpr std::size_t merged_link_size = link_size + 8;  // and a checksum: nothing else holds it

std::string name_of(const ChainLink& link) {
  return "the commit of records " + std::to_string(link.first.value) + " to " +
         std::to_string(link.last.value);
}

}  // namespace

bool LmdbJournal::is_merged(const MDB_val& link) {
  return link.mv_size == merged_link_size;
}

std::string LmdbJournal::link_bytes(const ChainLink& link, bool merged) const {
  std::string bytes(link_size, '\0');
  put_big_endian(bytes.data(), link.first.value);
  std::memcpy(bytes.data() + 8, link.hash.data(), link.hash.size());
  if (!merged) return bytes;
  const std::uint64_t parts[2] = {link.last.value, checksum_.of(bytes)};
  bytes.resize(merged_link_size);
  put_big_endian(bytes.data() + link_size,
                 checksum_.of({reinterpret_cast<const char*>(parts), sizeof parts}));
  return bytes;
}

void LmdbJournal::put_link(WriteTransaction& transaction, const ChainLink& link) const {
  const std::string bytes = link_bytes(link, false);
  MDB_val key = to_value(link.last.value);
  MDB_val value = to_value(bytes);
  must_be_written(mdb_put(transaction.get(), chain_table(), &key, &value, MDB_APPEND), "chain");
}

// The beginning, and one link for all records that were there before there was a chain.
void LmdbJournal::begin_chain(WriteTransaction& transaction) {
  JournalState state = state_;
  state.format = journal_format;
  state.head = new_chain_beginning();
  put_link(transaction, {{0}, {0}, state.head});
  if (state.last > 0) {
    chain_.begin(state.head);
    Cursor cursor(transaction.get(), records_table());
    MDB_val key{};
    MDB_val value{};
    for (int code = cursor.get(key, value, MDB_FIRST); code == MDB_SUCCESS;
         code = cursor.get(key, value, MDB_NEXT))
      chain_.add(to_text(value));
    state.head = chain_.end({state.first}, {state.last});
    put_link(transaction, {{state.first}, {state.last}, state.head});
  }
  put_state(transaction, state);
}

Result<ChainLink> LmdbJournal::link_at(const MDB_val& key, const MDB_val& value) const {
  ChainLink link;
  if (key.mv_size != 8 || (value.mv_size != link_size && !is_merged(value)))
    return damaged("a link of its chain has another form");
  std::memcpy(&link.last.value, key.mv_data, 8);
  const char* bytes = static_cast<const char*>(value.mv_data);
  link.first = {get_big_endian<std::uint64_t>(bytes)};
  std::memcpy(link.hash.data(), bytes + 8, link.hash.size());
  if (is_merged(value) && to_text(value) != link_bytes(link, true))
    return damaged("what is left of " + name_of(link) +
                   ", all of which were removed, has a wrong "
                   "checksum");
  return link;
}

Result<void> LmdbJournal::check_head() const {
  if (!has_chain()) return {};
  const ReadTransaction transaction(*environment_);
  Cursor cursor(transaction.get(), chain_table());
  MDB_val key{};
  MDB_val value{};
  if (cursor.get(key, value, MDB_LAST) != MDB_SUCCESS) return damaged("it has no chain");
  const auto link = link_at(key, value);
  if (!link) return link.error();
  if (link->last.value != state_.last || link->hash != state_.head)
    return damaged("its chain does not end with its last record");
  return {};
}

ChainLink LmdbJournal::link_of(RecordNumber number) const {
  const ReadTransaction transaction(*environment_);
  Cursor cursor(transaction.get(), chain_table());
  MDB_val key = to_value(number.value);
  MDB_val value{};
  if (cursor.get(key, value, MDB_SET_RANGE) == MDB_SUCCESS) {
    const auto link = link_at(key, value);
    if (!link) must_be_whole(link.error());
    if (link->first <= number) return *link;
  }
  must_be_whole(damaged("no link of its chain stands for record " + std::to_string(number.value)));
  return {};
}

// The hash that the record had when it was written.
Result<ChainHash> LmdbJournal::first_hash(MDB_txn* transaction, Cursor& records,
                                          std::uint64_t number, RecordChain& chain,
                                          ChainReport& report) const {
  MDB_val key = to_value(number);
  MDB_val value{};
  if (mdb_get(transaction, erased_table(), &key, &value) == MDB_SUCCESS) {
    const auto tombstone = tombstone_from({number}, to_text(value), checksum_);
    if (!tombstone)
      return damaged("what is left of record " + std::to_string(number) + " has a wrong checksum");
    ++report.erased;
    return tombstone->hash;
  }
  if (records.get(key, value, MDB_SET_KEY) != MDB_SUCCESS)
    return damaged("record " + std::to_string(number) + " is missing");
  return chain.hash_of(to_text(value));
}

Result<LmdbJournal::ChainReport> LmdbJournal::check_chain() const {
  ChainReport report;
  if (!has_chain()) return report;
  const ReadTransaction transaction(*environment_);
  Cursor links(transaction.get(), chain_table());
  Cursor records(transaction.get(), records_table());
  MDB_val key{};
  MDB_val value{};
  RecordChain chain;
  ChainLink before;
  for (int code = links.get(key, value, MDB_FIRST); code != MDB_NOTFOUND;
       code = links.get(key, value, MDB_NEXT), ++report.links) {
    if (code != MDB_SUCCESS) return damaged("its chain cannot be read: " + lmdb_text(code));
    auto link = link_at(key, value);
    if (!link) return link.error();
    if (report.links > 0) {
      if (link->first != after_gap({before.last.value + 1}) || link->last < link->first)
        return damaged("the chain breaks after record " + std::to_string(before.last.value) + ": " +
                       name_of(*link) + " comes next");
      if (is_merged(value)) {
        ++report.merged;
        report.erased += link->last.value - link->first.value + 1;
        before = *link;
        continue;
      }
      chain.begin(before.hash);
      for (std::uint64_t number = link->first.value; number <= link->last.value; ++number) {
        const auto hash = first_hash(transaction.get(), records, number, chain, report);
        if (!hash) return hash.error();
        chain.add_hash(*hash);
      }
      if (chain.end(link->first, link->last) != link->hash)
        return damaged("the chain breaks at " + name_of(*link) +
                       ": they are not as they were written");
    }
    before = *link;
  }
  if (before.last.value != state_.last || before.hash != state_.head)
    return damaged("the chain ends with " + name_of(before) + ", and the journal does not");
  return report;
}

}  // namespace spillway::storage
