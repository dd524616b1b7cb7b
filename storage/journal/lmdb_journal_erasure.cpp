// Taking personal data out of the journal for good: out of the record, and out of the pages that
// LMDB has freed and would leave as they are.
#include <cstring>
#include <variant>

#include "engine/base/invariants.hpp"
#include "storage/base/limits.hpp"
#include "storage/journal/lmdb_journal.hpp"
#include "storage/journal/tombstone.hpp"
#include "storage/lmdb/lmdb_row_erasure.hpp"

namespace spillway::storage {

using journal_errors::must_be_whole;
using journal_errors::must_be_written;

namespace {

constexpr const char* scrub_table = "scrub";
constexpr std::size_t header_of_page = 16;  // MDB_page's, of LMDB 0.9

Event without_personal_data(const StoredEvent& stored) {
  Event event = stored.event;
  auto& received = std::get<Received>(event.fact);
  received.member.clear();
  received.buyer = {};
  received.items.clear();
  return event;
}

}  // namespace

// A record keeps its number, so the same nonce as before must not come again (AES-GCM): the salt of
// the new seal is another than the one in the record's header.
std::string LmdbJournal::sealed_anew(RecordNumber number, const Event& event,
                                     std::string_view before) const {
  const Entry entry = make_entry(event);
  std::string bytes(entry.body.size() + RecordSeal::overhead, '\0');
  const auto salt = [](std::string_view record) { return record.substr(2, 4); };
  do {
    RecordSeal(journal_key_)
        .seal(number, {event.order, entry.at, entry.kind, entry.body}, bytes.data());
  } while (salt(bytes) == salt(before));
  return bytes;
}

std::size_t LmdbJournal::erase_personal(std::span<const OrderNumber> orders) {
  std::size_t erased = 0;
  std::string buffer;
  WriteTransaction transaction(*environment_);
  for (const OrderNumber order : orders) {
    MDB_val key = to_value(order.value);
    MDB_val value{};
    if (mdb_get(transaction.get(), erased_table(), &key, &value) == MDB_SUCCESS) continue;
    const int code = mdb_get(transaction.get(), records_table(), &key, &value);
    if (code == MDB_NOTFOUND) continue;
    must_be_written(code, "finding a record");
    const std::string before(to_text(value));
    const auto stored = open_record({order.value}, before, buffer);
    if (!stored) must_be_whole(stored.error());
    if (!std::holds_alternative<Received>(stored->event.fact)) continue;
    const std::string after = sealed_anew({order.value}, without_personal_data(*stored), before);
    must_be_written(
        delete_row_for_good(transaction.get(), records_table(), order.value, before.size()),
        "erasing a record");
    value = to_value(after);
    must_be_written(mdb_put(transaction.get(), records_table(), &key, &value, 0), "record");
    const std::string tombstone =
        to_bytes({order.value}, {Erasure::rewritten, chain_.hash_of(before)}, checksum_);
    value = to_value(tombstone);
    must_be_written(mdb_put(transaction.get(), erased_table(), &key, &value, 0), "tombstone");
    ++erased;
  }
  if (erased == 0) return 0;
  put_state(transaction, state_);
  must_be_written(transaction.commit(), "commit of an erasure");
  return erased;
}

void LmdbJournal::change_scrub(const std::function<void(MDB_txn*, MDB_dbi)>& change) {
  WriteTransaction transaction(*environment_);
  MDB_dbi table = 0;
  must_be_written(mdb_dbi_open(transaction.get(), scrub_table, MDB_CREATE | MDB_INTEGERKEY, &table),
                  "scrub");
  change(transaction.get(), table);
  put_state(transaction, state_);
  must_be_written(transaction.commit(), "commit of a scrub");
}

// LMDB takes freed pages before it takes new ones. So a table of zeros, a page each, grows until
// new pages are taken: by then all freed ones were written over. Then the table goes, in pieces
// too: pages freed in one go make a list that LMDB would write again with each commit.
bool LmdbJournal::scrub_some() {
  // A page that was freed in one transaction can be taken in the next but one.
  constexpr int took_new_enough = 3;
  if (scrub_took_new_ < took_new_enough) {
    const std::string zeros(environment_->page_size() - header_of_page, '\0');
    const std::uint64_t last_page = environment_->last_page();
    change_scrub([&](MDB_txn* transaction, MDB_dbi table) {
      for (std::size_t i = 0; i < limits::scrub_batch; ++i) {
        MDB_val key = to_value(++scrubbed_);
        MDB_val value = to_value(zeros);
        must_be_written(mdb_put(transaction, table, &key, &value, 0), "scrub");
      }
    });
    if (environment_->last_page() > last_page) ++scrub_took_new_;
    return false;
  }
  const bool last = scrubbed_ <= limits::scrub_batch;
  change_scrub([&](MDB_txn* transaction, MDB_dbi table) {
    // With what a process left that died.
    if (last) return must_be_written(mdb_drop(transaction, table, 1), "scrub");
    for (std::size_t i = 0; i < limits::scrub_batch; ++i, --scrubbed_) {
      MDB_val key = to_value(scrubbed_);
      must_be_written(mdb_del(transaction, table, &key, nullptr), "scrub");
    }
  });
  if (last) scrub_took_new_ = 0, scrubbed_ = 0;
  return last;
}

}  // namespace spillway::storage
