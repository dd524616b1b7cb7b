#include <algorithm>
#include <cstring>
#include <fstream>

#include "storage/base/data_folder.hpp"
#include "storage/inspect/verify.hpp"
#include "tests/storage/fixtures/journal_fixture.hpp"

namespace spillway::storage {
namespace {

namespace fs = std::filesystem;

class ErasureTest : public ::testing::Test {
 protected:
  ErasureTest() { open(); }

  void open() {
    journal_.reset();
    auto journal = LmdbJournal::open(folder(), keys_, small_options());
    ASSERT_TRUE(journal) << journal.error().message;
    journal_ = std::move(*journal);
  }
  fs::path folder() const { return journal_folder(scratch_.path()); }

  const Received& received(std::uint64_t number) {
    read_ = journal_->read({number});
    return std::get<Received>(read_->event.fact);
  }

  // The record's bytes as they stand in the file, from behind its header.
  std::string stored(std::uint64_t number) {
    journal_.reset();
    std::string bytes;
    {
      auto environment = LmdbEnvironment::open(folder(), small_options());
      EXPECT_TRUE(environment) << environment.error().message;
      const TableName names[] = {{"records", MDB_INTEGERKEY}};
      std::array<MDB_dbi, 1> tables{};
      EXPECT_TRUE((*environment)->open_tables(names, tables, [](WriteTransaction&) {}));
      const ReadTransaction transaction(**environment);
      MDB_val key = to_value(number);
      MDB_val value{};
      EXPECT_EQ(mdb_get(transaction.get(), tables[0], &key, &value), 0);
      bytes = std::string(to_text(value).substr(RecordSeal::header_size, 40));
    }
    open();
    return bytes;
  }
  // How many of these the file holds.
  std::size_t found(const std::vector<std::string>& pieces) const {
    std::string content(fs::file_size(folder() / "data.mdb"), '\0');
    std::ifstream in(folder() / "data.mdb", std::ios::binary);
    in.read(content.data(), static_cast<std::streamsize>(content.size()));
    return static_cast<std::size_t>(std::ranges::count_if(pieces, [&](const std::string& bytes) {
      return memmem(content.data(), content.size(), bytes.data(), bytes.size()) != nullptr;
    }));
  }

  ScratchFolder scratch_;
  Keyring keys_ = test_keys(scratch_.path());
  std::unique_ptr<LmdbJournal> journal_;
  std::optional<StoredEvent> read_;
};

TEST_F(ErasureTest, LeavesTheBookKeepingAndNothingOfThePerson) {
  Received fact = received_by({7}, "A-1");
  fact.member = "M-4821";
  fact.idempotency = {{1, 2}, 3};
  Entry entry = make_entry({{}, at_second(5), fact});
  commit_all(*journal_, {entry, received_entry("A-2")});
  EXPECT_EQ(journal_->erase_personal(std::vector<OrderNumber>{{1}}), 1U);
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(received(1).member, "");
    EXPECT_EQ(received(1).buyer, Buyer());
    EXPECT_TRUE(received(1).items.empty());
    EXPECT_EQ(received(1).reference, "A-1");
    EXPECT_EQ(received(1).amount, fact.amount);
    EXPECT_EQ(received(1).shop, fact.shop);
    EXPECT_EQ(received(1).card, fact.card);
    EXPECT_EQ(received(1).idempotency, fact.idempotency);
    EXPECT_EQ(journal_->read({1})->event.at, at_second(5));
    EXPECT_EQ(received(2).buyer.name, "Hanako Sato");
    open();
  }
}

TEST_F(ErasureTest, IsDoneOnceAndOnlyToOrdersThatAreThere) {
  commit_all(*journal_, {received_entry("A"), received_entry("B")});
  commit_one(*journal_, make_entry({{1}, at_second(1), Cancelled{}}));
  const std::vector<OrderNumber> orders{{1}, {3}, {9}};  // 3 is no order's first record
  EXPECT_EQ(journal_->erase_personal(orders), 1U);
  EXPECT_EQ(journal_->erase_personal(orders), 0U);
  EXPECT_EQ(journal_->erase_personal({}), 0U);
}

TEST_F(ErasureTest, KeepsTheChainWhole) {
  commit_all(*journal_, {received_entry("A"), received_entry("B"), received_entry("C")});
  const ChainLink before = journal_->link_of({2});
  journal_->erase_personal(std::vector<OrderNumber>{{2}, {3}});
  commit_one(*journal_, received_entry("D"));
  EXPECT_EQ(journal_->link_of({2}), before);
  const auto report = journal_->check_chain();
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->erased, 2U);
  open();
  EXPECT_EQ(journal_->last().value, 4U);
}

TEST_F(ErasureTest, LeavesNothingInTheFileOnceItIsScrubbed) {
  std::vector<Entry> entries;
  for (int i = 0; i < 2'000; ++i) entries.push_back(received_entry("A-" + std::to_string(i), i));
  commit_all(*journal_, entries);
  std::vector<std::string> gone;
  const std::string stays = stored(1);
  // In two goes: the second finds pages that the first has thinned out.
  for (const std::uint64_t go : {0U, 1U}) {
    std::vector<OrderNumber> orders;
    for (std::uint64_t number = 1'000 + go; number < 1'060; number += 3) {
      gone.push_back(stored(number));
      orders.push_back({number});
    }
    EXPECT_EQ(journal_->erase_personal(orders), orders.size());
  }
  EXPECT_GT(found(gone), 0U)
      << "LMDB leaves no freed pages as they were: scrubbing has become needless";
  scrub(*journal_);
  EXPECT_EQ(found(gone), 0U) << "of " << gone.size();
  EXPECT_EQ(found({stays}), 1U);
  const std::uintmax_t size = fs::file_size(folder() / "data.mdb");
  for (int round = 0; round < 5; ++round) scrub(*journal_);
  EXPECT_EQ(fs::file_size(folder() / "data.mdb"), size);
  open();
  EXPECT_EQ(read_all(*journal_).size(), 2'000U);
  EXPECT_TRUE(journal_->check_chain());
}

TEST_F(ErasureTest, LetsOthersCommitBetweenThePiecesOfAScrub) {
  std::vector<Entry> entries;
  for (int i = 0; i < 2'000; ++i) entries.push_back(received_entry("A-" + std::to_string(i), i));
  commit_all(*journal_, entries);
  const std::string gone = stored(1'000);
  journal_->erase_personal(std::vector<OrderNumber>{{1'000}});
  EXPECT_EQ(found({gone}), 1U);
  std::uint64_t pieces = 1;
  for (; !journal_->scrub_some(); ++pieces) commit_one(*journal_, received_entry("B"));
  EXPECT_GT(pieces, 3U);
  EXPECT_EQ(found({gone}), 0U);
  open();
  EXPECT_EQ(read_all(*journal_).size(), 2'000U + pieces - 1);
  EXPECT_TRUE(journal_->check_chain());
}

}  // namespace
}  // namespace spillway::storage
