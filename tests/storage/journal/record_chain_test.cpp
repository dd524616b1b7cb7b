#include "storage/journal/record_chain.hpp"

#include <functional>

#include <sodium.h>

#include "storage/inspect/verify.hpp"
#include "storage/journal/tombstone.hpp"
#include "tests/storage/fixtures/golden_folder.hpp"  // SPILLWAY_SOURCE_DIR
#include "tests/storage/fixtures/journal_fixture.hpp"

namespace spillway::storage {
namespace {

namespace fs = std::filesystem;

// libsodium's SHA-256 as the second opinion.
ChainHash sha256(const std::string& text) {
  ChainHash hash;
  crypto_hash_sha256(reinterpret_cast<unsigned char*>(hash.data()),
                     reinterpret_cast<const unsigned char*>(text.data()), text.size());
  return hash;
}

std::string text_of(const ChainHash& hash) {
  return std::string(to_text(hash));
}

TEST(RecordChain, IsTheFormulaOfTheDataFormat) {
  RecordChain chain;
  ChainHash before;
  before.fill('b');
  for (int round = 0; round < 2; ++round) {  // a hasher is used again and again
    chain.begin(before);
    chain.add("first record");
    chain.add("second");
    const std::string numbers("\0\0\0\0\0\0\0\5\0\0\0\0\0\0\0\6", 16);
    EXPECT_EQ(chain.end({5}, {6}), sha256(text_of(before) + text_of(sha256("first record")) +
                                          text_of(sha256("second")) + numbers));
  }
}

TEST(RecordChain, BeginsAtRandom) {
  EXPECT_NE(new_chain_beginning(), new_chain_beginning());
}

class JournalChain : public ::testing::Test {
 protected:
  std::unique_ptr<LmdbJournal> open() {
    auto journal = LmdbJournal::open(folder_, keys_, small_options());
    EXPECT_TRUE(journal) << journal.error().message;
    return journal ? std::move(*journal) : nullptr;
  }

  // Three commits: records 1 to 3, 4, and 5 to 6.
  void fill() {
    const auto journal = open();
    commit_all(*journal, {received_entry("A"), received_entry("B"), received_entry("C")});
    commit_one(*journal, received_entry("D"));
    commit_all(*journal, {received_entry("E"), received_entry("F")});
  }

  // Writes into the stopped journal as somebody does who has its keys: all but the chain fits.
  void tamper(const std::function<void(WriteTransaction&, MDB_dbi records, MDB_dbi chain,
                                       MDB_dbi erased, JournalState&)>& change) {
    auto environment = LmdbEnvironment::open(folder_, small_options());
    ASSERT_TRUE(environment) << environment.error().message;
    const TableName names[] = {{"records", MDB_INTEGERKEY},
                               {"state", 0},
                               {"chain", MDB_INTEGERKEY},
                               {"erased", MDB_INTEGERKEY}};
    std::array<MDB_dbi, 4> tables{};
    ASSERT_TRUE((*environment)->open_tables(names, tables, [](WriteTransaction&) {}));
    const KeyedHash checksum(keys_.checksums());
    WriteTransaction transaction(**environment);
    MDB_val key = to_value(journal_state_key);
    MDB_val value{};
    ASSERT_EQ(mdb_get(transaction.get(), tables[1], &key, &value), 0);
    auto state = journal_state_from(to_text(value), checksum);
    ASSERT_TRUE(state);
    change(transaction, tables[0], tables[2], tables[3], *state);
    state->transaction = transaction.id();
    const std::string bytes = to_bytes(*state, checksum);
    value = to_value(bytes);
    ASSERT_EQ(mdb_put(transaction.get(), tables[1], &key, &value, 0), 0);
    ASSERT_EQ(transaction.commit(), 0);
  }

  static void put(WriteTransaction& transaction, MDB_dbi table, std::uint64_t number,
                  const std::string& bytes) {
    MDB_val key = to_value(number);
    MDB_val value = to_value(bytes);
    ASSERT_EQ(mdb_put(transaction.get(), table, &key, &value, 0), 0);
  }

  static void take_out(WriteTransaction& transaction, MDB_dbi table, std::uint64_t number) {
    MDB_val key = to_value(number);
    ASSERT_EQ(mdb_del(transaction.get(), table, &key, nullptr), 0);
  }

  std::string sealed(std::uint64_t number, const std::string& reference) const {
    const RecordSeal seal(keys_.journal());
    const Entry entry = received_entry(reference);
    std::string bytes(entry.body.size() + RecordSeal::overhead, '\0');
    seal.seal({number}, {{number}, entry.at, entry.kind, entry.body}, bytes.data());
    return bytes;
  }

  std::string error_of_chain() {
    auto journal = LmdbJournal::open(folder_, keys_, small_options());
    if (!journal) return journal.error().message;
    const auto checked = (*journal)->check_chain();
    return checked ? "" : checked.error().message;
  }

  ScratchFolder scratch_;
  Keyring keys_ = test_keys(scratch_.path());
  fs::path folder_ = scratch_.path() / "journal";
};

TEST_F(JournalChain, HasALinkACommitAndGoesOnAfterReopening) {
  fill();
  const auto journal = open();
  commit_one(*journal, received_entry("G"));
  const auto report = journal->check_chain();
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->links, 5U);  // with the beginning
  EXPECT_EQ(report->erased, 0U);
  const struct {
    std::uint64_t record, first, last;
  } cases[] = {{1, 1, 3}, {2, 1, 3}, {3, 1, 3}, {4, 4, 4}, {5, 5, 6}, {6, 5, 6}, {7, 7, 7}};
  for (const auto& one : cases) {
    const ChainLink link = journal->link_of({one.record});
    EXPECT_EQ(link.first.value, one.first) << one.record;
    EXPECT_EQ(link.last.value, one.last) << one.record;
  }
  EXPECT_NE(journal->link_of({3}).hash, journal->link_of({4}).hash);
}

TEST_F(JournalChain, ReportsTheFirstBrokenLink) {
  const struct {
    const char* what;
    std::function<void(WriteTransaction&, MDB_dbi, MDB_dbi, MDB_dbi, JournalState&)> change;
    std::string error;
  } cases[] = {
      {"a record in another's place",
       [&](auto& transaction, auto records, auto, auto, auto&) {
         put(transaction, records, 2, sealed(2, "Z"));
       },
       "the chain breaks at the commit of records 1 to 3: they are not as they were written"},
      {"a record that was taken out",
       [&](auto& transaction, auto records, auto, auto, auto& state) {
         take_out(transaction, records, 5);
         ++state.removed_records;
       },
       "record 5 is missing"},
      {"a tombstone with another hash",
       [&](auto& transaction, auto, auto, auto erased, auto&) {
         put(transaction, erased, 6,
             to_bytes({6}, {Erasure::rewritten, sha256("x")}, KeyedHash(keys_.checksums())));
       },
       "the chain breaks at the commit of records 5 to 6: they are not as they were written"},
      {"a tombstone with a flipped bit",
       [&](auto& transaction, auto, auto, auto erased, auto&) {
         std::string bytes =
             to_bytes({6}, {Erasure::rewritten, sha256("x")}, KeyedHash(keys_.checksums()));
         bytes[7] = static_cast<char>(bytes[7] ^ 4);
         put(transaction, erased, 6, bytes);
       },
       "what is left of record 6 has a wrong checksum"},
      {"a link with another hash",
       [&](auto& transaction, auto, auto chain, auto, auto&) {
         put(transaction, chain, 4, std::string("\0\0\0\0\0\0\0\4", 8) + text_of(sha256("x")));
       },
       "the chain breaks at the commit of records 4 to 4: they are not as they were written"},
      {"a link that was taken out",
       [&](auto& transaction, auto, auto chain, auto, auto&) { take_out(transaction, chain, 4); },
       "the chain breaks after record 3: the commit of records 5 to 6 comes next"},
      {"a chain without its end",
       [&](auto& transaction, auto, auto chain, auto, auto&) { take_out(transaction, chain, 6); },
       "its chain does not end with its last record"},
      {"a whole history of the forger's own, without the end that is known",
       [&](auto& transaction, auto, auto chain, auto, auto& state) {
         put(transaction, chain, 6, std::string("\0\0\0\0\0\0\0\5", 8) + text_of(sha256("x")));
         state.head = sha256("x");
       },
       "the chain breaks at the commit of records 5 to 6: they are not as they were written"},
  };
  for (const auto& one : cases) {
    fs::remove_all(folder_);
    fill();
    ASSERT_EQ(error_of_chain(), "");
    tamper(one.change);
    EXPECT_EQ(error_of_chain(), "the journal is damaged: " + one.error) << one.what;
  }
}

TEST_F(JournalChain, BeginsInAJournalOfTheFormatBeforeWhenItIsOpened) {
  const fs::path data = scratch_.path() / "old";
  copy_golden_folder(data);
  auto report = verify(data, golden_master);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->links, 0U);
  EXPECT_EQ(report->records, 6U);

  const auto keys = Keyring::open(data, golden_master);
  ASSERT_TRUE(keys) << keys.error().message;
  {
    const auto journal = LmdbJournal::open(journal_folder(data), *keys, small_options());
    ASSERT_TRUE(journal) << journal.error().message;
    EXPECT_EQ((*journal)->link_of({3}).last.value, 6U);
    const std::vector<StoredEvent> events = read_all(**journal);
    ASSERT_EQ(events.size(), 6U);
    EXPECT_EQ(std::get<Received>(events[5].event.fact).reference, "A-3");
    EXPECT_EQ(std::get<Received>(events[5].event.fact).buyer.email, "hanako@example.jp");
    const CardVault vault(*keys);
    const auto cards = (*journal)->cards(std::vector<OrderNumber>{{2}});
    ASSERT_TRUE(cards[0]);
    EXPECT_EQ(vault.open(*cards[0], {7})->number.digits(), "4242424242424242");
    commit_one(**journal, make_entry({{6}, at_second(9), Sent{{1}, {1}, "ABCDEFGHIJKM", 9}}));
  }
  report = verify(data, golden_master);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->links, 3U);  // the beginning, the six from before, the one after
  EXPECT_EQ(report->records, 7U);
}

TEST_F(JournalChain, DoesNotBeginOverADamagedRecord) {
  const fs::path data = scratch_.path() / "old";
  copy_golden_folder(data);
  const auto keys = Keyring::open(data, std::string(64, 'a'));
  ASSERT_TRUE(keys) << keys.error().message;
  folder_ = journal_folder(data);
  {
    auto environment = LmdbEnvironment::open(folder_, small_options());
    ASSERT_TRUE(environment) << environment.error().message;
    const TableName names[] = {{"records", MDB_INTEGERKEY}, {"state", 0}};
    std::array<MDB_dbi, 2> tables{};
    ASSERT_TRUE((*environment)->open_tables(names, tables, [](WriteTransaction&) {}));
    const KeyedHash checksum(keys->checksums());
    WriteTransaction transaction(**environment);
    MDB_val key = to_value(journal_state_key);
    MDB_val value{};
    ASSERT_EQ(mdb_get(transaction.get(), tables[1], &key, &value), 0);
    std::string state(to_text(value));
    // Only the transaction's number changes; format 1 has its checksum at 28.
    const auto put_number = [&](std::size_t at, std::uint64_t number) {
      for (std::size_t i = 0; i < 8; ++i) state[at + i] = static_cast<char>(number >> (56 - 8 * i));
    };
    put_number(20, transaction.id());
    put_number(28, checksum.of({state.data(), 28}));
    value = to_value(state);
    ASSERT_EQ(mdb_put(transaction.get(), tables[1], &key, &value, 0), 0);
    put(transaction, tables[0], 3, std::string(60, 'x'));
    ASSERT_EQ(transaction.commit(), 0);
  }
  const auto journal = LmdbJournal::open(folder_, *keys, small_options());
  ASSERT_FALSE(journal);
  EXPECT_NE(journal.error().message.find("record 3 is damaged"), std::string::npos)
      << journal.error().message;
}

}  // namespace
}  // namespace spillway::storage
