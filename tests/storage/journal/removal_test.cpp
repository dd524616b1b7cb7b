// Closed orders leave the journal: what is gone, what stays, and that everything still fits.
#include "tests/storage/fixtures/golden_folder.hpp"  // SPILLWAY_SOURCE_DIR
#include "tests/storage/fixtures/removal_fixture.hpp"

namespace spillway::storage {
namespace {

TEST_F(RemovalTest, TakesEveryRecordOutAndLeavesALine) {
  const std::uint64_t a = authorized("A");
  const std::uint64_t b = refused("B");
  const std::uint64_t c = open_order("C");
  const RecordNumber removal = remove({a, b});
  EXPECT_EQ(removal.value, c + 1);
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(journal_->last(), removal);
    for (std::uint64_t number = a; number < c; ++number) EXPECT_FALSE(journal_->read({number}));
    EXPECT_TRUE(journal_->read({c}));
    const auto left = read_all(*journal_);
    ASSERT_EQ(left.size(), 2U);
    EXPECT_EQ(left[0].number.value, c);
    const auto& fact = std::get<OrdersRemoved>(left[1].event.fact);
    ASSERT_EQ(fact.orders.size(), 2U);
    EXPECT_EQ(fact.orders[0].records.size(), 4U);
    EXPECT_EQ(fact.orders[1].records.size(), 8U);
    start();
  }
  const auto charged = journal_->book_line({a});
  ASSERT_TRUE(charged);
  EXPECT_EQ(charged->shop.value, 7U);
  EXPECT_EQ(charged->amount, (Money{3150, {392}}));
  EXPECT_EQ(charged->received_at, at_second(0));
  EXPECT_EQ(charged->outcome, Status::authorized);
  EXPECT_EQ(charged->outcome_at, at_second(2));
  EXPECT_EQ(charged->approval_code.view(), "A12345");
  EXPECT_EQ(charged->charged.view(), "A0000000A001");
  EXPECT_TRUE(charged->reversed.empty());
  EXPECT_EQ(charged->removed_by, removal);
  const auto reversed = journal_->book_line({b});
  ASSERT_TRUE(reversed);
  EXPECT_EQ(reversed->outcome, Status::refused);
  EXPECT_EQ(reversed->charged.view(), "");
  ASSERT_EQ(reversed->reversed.size(), 1U);
  EXPECT_EQ(reversed->reversed[0].view(), "R0000000R001");
  EXPECT_FALSE(journal_->book_line({c}));
  EXPECT_EQ(verify_error(), "");
  EXPECT_EQ(report_.removed_orders, 2U);
  EXPECT_EQ(report_.removed_records, 12U);
  EXPECT_EQ(report_.orders, 1U);
}

TEST_F(RemovalTest, GathersOnlyWhatStandsInTheJournalAsTheViewsShowIt) {
  const std::uint64_t a = authorized("A");
  const std::uint64_t b = authorized("B");
  project();
  std::vector<OrderRow> rows = {views_->order({a}).value(), views_->order({b}).value()};
  commit_one(*journal_, event(b, CancelRequested{}));
  const auto leaving = gather_closed(*journal_, rows);
  ASSERT_EQ(leaving.size(), 1U);
  EXPECT_EQ(leaving[0].line.order.value, a);
  EXPECT_TRUE(gather_closed(*journal_, {}).empty());
}

TEST_F(RemovalTest, LeavesViewsThatAReplayOfTheRestMakes) {
  const std::uint64_t a = authorized("A");
  const std::uint64_t b = refused("B");
  open_order("A");
  const std::uint64_t d = authorized("D");
  remove({a, b});
  remove({d});
  authorized("A");
  project();
  const Shown grown = shown();
  EXPECT_EQ(grown.states.size(), 2U);
  EXPECT_EQ(grown.listed.size(), 2U);
  EXPECT_EQ(grown.listed_by_reference.size(), 2U);
  EXPECT_EQ(grown.events.size(), 1U);
  stop();
  fs::remove_all(views_folder(data()));
  start();
  project();
  EXPECT_EQ(shown(), grown);
  EXPECT_EQ(verify_error(), "");
}

TEST_F(RemovalTest, IsFinishedByAStartThatFindsTheViewsBehind) {
  const std::uint64_t a = authorized("A");
  const std::uint64_t b = authorized("B");
  remove({a});
  EXPECT_EQ(verify_error(), "") << "the views still show what was removed after their position";
  start();
  EXPECT_TRUE(views_->order({a}));
  const Recovered recovered = recover(*journal_, *views_, at_second(200));
  EXPECT_TRUE(recovered.waiting.empty());
  EXPECT_FALSE(views_->order({a}));
  EXPECT_TRUE(views_->order({b}));
  EXPECT_EQ(verify_error(), "");
}

TEST_F(RemovalTest, OfTheLastRecordsOfAllLeavesViewsThatAreStillKnown) {
  const std::uint64_t a = authorized("A");
  remove({a});
  start();  // the views' position is a record that has gone: they may be begun anew
  project();
  EXPECT_TRUE(shown().states.empty());
  authorized("B");
  EXPECT_EQ(verify_error(), "");
}

TEST_F(RemovalTest, KeepsAHashForEachRecordUntilItsLinkIsEmpty) {
  const std::uint64_t first = next();
  commit_all(*journal_, {received("A"), received("B")});
  for (const std::uint64_t order : {first, first + 1}) {
    commit_one(*journal_, event(order, Cancelled{}));
    commit_one(*journal_, event(order, NoticeDelivered{}));
  }
  const ChainLink before = journal_->link_of({first});
  remove({first});
  auto report = journal_->check_chain();
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->merged, 2U);  // of the cancel and of its notice
  EXPECT_EQ(report->erased, 3U);
  EXPECT_EQ(journal_->link_of({first}), before);
  EXPECT_NE(row_of("erased", first), "");
  start();
  remove({first + 1});
  report = journal_->check_chain();
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->merged, 5U);
  EXPECT_EQ(report->erased, 6U);
  EXPECT_EQ(journal_->link_of({first}), before);
  EXPECT_EQ(row_of("erased", first), "");
  EXPECT_EQ(verify_error(), "");
}

TEST_F(RemovalTest, ComesAfterTheErasureOfPersonalDataAsBefore) {
  const std::uint64_t a = authorized("A");
  const std::uint64_t b = refused("B");
  EXPECT_EQ(journal_->erase_personal(std::vector<OrderNumber>{{a}, {b}}), 2U);
  const ChainLink link = journal_->link_of({b});
  remove({b});
  EXPECT_EQ(journal_->erase_personal(std::vector<OrderNumber>{{a}, {b}}), 0U);
  EXPECT_EQ(journal_->link_of({b}), link);
  scrub(*journal_);
  EXPECT_EQ(verify_error(), "");
}

// In two goes: the second finds pages that the first has thinned out.
TEST_F(RemovalTest, LeavesNothingOfItsRecordsInTheFileOnceItIsScrubbed) {
  std::vector<std::uint64_t> orders;
  for (int i = 0; i < 120; ++i) orders.push_back(refused("A-" + std::to_string(i)));
  std::vector<std::string> gone;
  for (const std::size_t go : {0U, 1U}) {
    std::vector<std::uint64_t> leave;
    for (std::size_t i = go; i < orders.size(); i += 3) leave.push_back(orders[i]);
    for (const std::uint64_t order : leave)
      for (const std::uint64_t record : {order, order + 1, order + 4})
        gone.push_back(row_of("records", record).substr(RecordSeal::header_size, 24));
    start();
    remove(leave);
  }
  scrub(*journal_);
  stop();
  std::ifstream in(journal_folder(data()) / "data.mdb", std::ios::binary);
  const std::string file(std::istreambuf_iterator<char>(in), {});
  std::size_t found = 0;
  for (const std::string& bytes : gone) found += file.find(bytes) != file.npos ? 1U : 0U;
  EXPECT_EQ(found, 0U) << "of " << gone.size();
  EXPECT_EQ(verify_error(), "");
}

TEST_F(RemovalTest, LeavesAProofForWhoeverHoldsAReceipt) {
  const std::uint64_t a = authorized("A");
  const ChainLink link = journal_->link_of({a});
  remove({a});
  stop();
  const auto proof = prove_record(data(), master, {a});
  ASSERT_TRUE(proof) << proof.error().message;
  EXPECT_EQ(proof->link, link);
  EXPECT_FALSE(proof->event);
  ASSERT_TRUE(proof->line);
  EXPECT_EQ(proof->line->amount.minor_units, 3150);
  std::size_t lines = 0;
  ASSERT_TRUE(read_books(data(), master, [&](const BookLine& line, const OrderCodes&) {
    EXPECT_EQ(line.order.value, a);
    ++lines;
  }));
  EXPECT_EQ(lines, 1U);
}

TEST_F(RemovalTest, IsNamedByVerifyWhereABitOfWhatStaysFlips) {
  const std::uint64_t a = authorized("A");
  authorized("B");
  remove({a});
  flip(row_of("books", a));
  EXPECT_EQ(verify_error(), "the journal is damaged: the line of order " + std::to_string(a) +
                                " in the books does not open");
}

TEST_F(RemovalTest, IsNamedByVerifyWhereABitOfAMergedLinkFlips) {
  const std::uint64_t a = authorized("A");
  authorized("B");
  remove({a});
  flip(row_of("chain", a + 1));
  EXPECT_NE(verify_error().find("what is left of the commit of records " + std::to_string(a + 1) +
                                " to " + std::to_string(a + 1)),
            std::string::npos);
}

TEST_F(RemovalTest, IsPossibleInJournalsOfEveryFormat) {
  for (const int format : {1, 2, 3}) {
    const fs::path data = scratch_.path() / std::to_string(format);
    copy_golden_folder(data, format);
    auto report = verify(data, golden_master);
    ASSERT_TRUE(report) << format << ": " << report.error().message;
    EXPECT_EQ(report->orders, 3U) << format;
    EXPECT_EQ(report->removed_orders, format == 3 ? 1U : 0U);
    const auto keys = Keyring::open(data, golden_master);
    ASSERT_TRUE(keys) << keys.error().message;
    {
      auto journal = LmdbJournal::open(journal_folder(data), *keys, small_options());
      ASSERT_TRUE(journal) << format << ": " << journal.error().message;
      auto views = open_views(views_folder(data), *keys, **journal, small_options());
      ASSERT_TRUE(views) << views.error().message;
      ASSERT_TRUE(project_tail(**journal, **views));
      if (const auto row = (*views)->order({1})) {
        const auto leaving = gather_closed(**journal, std::span(&*row, 1));
        ASSERT_EQ(leaving.size(), 1U) << format;
        (*journal)->remove_orders(leaving, at_second(100));
        ASSERT_TRUE(project_tail(**journal, **views));
      }
      EXPECT_FALSE((*views)->order({1}));
      EXPECT_EQ((*journal)->book_line({1})->approval_code.view(), "A12345");
    }
    report = verify(data, golden_master);
    ASSERT_TRUE(report) << format << ": " << report.error().message;
    EXPECT_EQ(report->removed_orders, 1U);
  }
}

TEST_F(RemovalTest, StopsWhatWouldRemoveAnothersRecord) {
  const std::uint64_t a = authorized("A");
  const std::uint64_t b = authorized("B");
  auto leaving = gathered({a});
  leaving[0].records.push_back({b});
  EXPECT_DEATH(journal_->remove_orders(leaving, at_second(100)), "another's order");
}

}  // namespace
}  // namespace spillway::storage
