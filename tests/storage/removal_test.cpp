// Closed orders leave the journal: what is gone, what stays, and that everything still fits.
#include <fstream>

#include "storage/closed_orders.hpp"
#include "storage/data_folder.hpp"
#include "storage/lmdb_views.hpp"
#include "storage/proof.hpp"
#include "storage/recovery.hpp"
#include "storage/verify.hpp"
#include "tests/storage/golden_folder.hpp"  // SPILLWAY_SOURCE_DIR
#include "tests/storage/journal_fixture.hpp"

namespace spillway::storage {
namespace {

namespace fs = std::filesystem;

const std::string master(64, 'a');

class RemovalTest : public ::testing::Test {
 protected:
  RemovalTest() { start(); }

  void start() {
    stop();
    auto journal = LmdbJournal::open(journal_folder(data()), keys_, small_options());
    ASSERT_TRUE(journal) << journal.error().message;
    journal_ = std::move(*journal);
    open_views_anew();
  }
  void open_views_anew() {
    views_.reset();
    auto views = open_views(views_folder(data()), keys_, *journal_, small_options());
    ASSERT_TRUE(views) << views.error().message;
    views_ = std::move(*views);
  }
  void stop() {
    views_.reset();
    journal_.reset();
  }
  void project() { ASSERT_TRUE(project_tail(*journal_, *views_)); }
  const fs::path& data() const { return scratch_.path(); }

  // Commits of one group each; `first` is the number that the first entry gets.
  std::uint64_t next() const { return journal_->last().value + 1; }
  static Entry received(const std::string& reference) {
    return make_entry({{}, at_second(0), received_by({7}, reference)});
  }
  static Entry event(std::uint64_t order, const Fact& fact, std::int64_t second = 1) {
    return make_entry({{order}, at_second(second), fact});
  }
  // An order that was authorized, and told: 4 records, a commit each.
  std::uint64_t authorized(const std::string& reference) {
    const std::uint64_t order = commit_one(*journal_, received(reference)).value;
    commit_one(*journal_, event(order, Sent{{1}, {1}, "A0000000A001", 1}));
    commit_one(*journal_, event(order, Answered{{1}, "00", "A12345"}, 2));
    commit_one(*journal_, event(order, NoticeDelivered{}));
    return order;
  }
  // One whose first attempt was reversed unanswered and whose second was refused: 8 records, in one
  // commit.
  std::uint64_t refused(const std::string& reference) {
    const std::uint64_t order = next();
    commit_all(*journal_,
               {received(reference), event(order, Sent{{1}, {1}, "R0000000R001", 1}),
                event(order, FellInDoubt{{1}, DoubtReason::no_answer}),
                event(order, ReversalDecided{{1}, ReversalReason::in_doubt}),
                event(order, Reversed{{1}, "00"}), event(order, Sent{{2}, {1}, "R0000000R002", 2}),
                event(order, Answered{{2}, "05", ""}, 3), event(order, NoticeDelivered{})});
    return order;
  }
  std::uint64_t open_order(const std::string& reference) {
    Entry entry = received(reference);
    CardDetails card;
    card.number = CardNumber::from("4242424242424242").value();
    card.expiry = {2028, 12};
    entry.card = CardVault(keys_).seal(card, {7});
    return commit_one(*journal_, entry).value;
  }

  std::vector<LeavingOrder> gathered(const std::vector<std::uint64_t>& orders) {
    project();
    std::vector<OrderRow> rows;
    for (const std::uint64_t order : orders) rows.push_back(views_->order({order}).value());
    return gather_closed(*journal_, rows);
  }
  RecordNumber remove(const std::vector<std::uint64_t>& orders) {
    const auto leaving = gathered(orders);
    EXPECT_EQ(leaving.size(), orders.size());
    return journal_->remove_orders(leaving, at_second(100));
  }

  std::string verify_error() {
    stop();
    const auto report = verify(data(), master);
    const std::string error = report ? "" : report.error().message;
    if (report) report_ = *report;
    return error;
  }

  // All that can be asked of the views.
  struct Shown {
    std::vector<OrderState> states;
    std::vector<std::string> references;
    std::vector<OrderNumber> listed;
    std::vector<OrderNumber> listed_by_reference;
    std::vector<ShopEvent> events;
    friend bool operator==(const Shown&, const Shown&) = default;
  };
  Shown shown() const {
    Shown all;
    views_->for_each_order({1}, [&](const OrderRow& row) {
      all.states.push_back(row.state);
      all.references.push_back(row.reference);
    });
    all.listed = views_->list({{7}, std::nullopt, std::nullopt, {}, 1'000}).orders;
    for (const char* reference : {"A", "B", "C", "D"})
      for (const OrderNumber order : views_->list({{7}, std::nullopt, reference, {}, 1'000}).orders)
        all.listed_by_reference.push_back(order);
    all.events = views_->events({7}, {}, 1'000);
    return all;
  }

  // Flips a bit in the middle of these bytes, which stand in the journal's file once.
  void flip(const std::string& bytes) {
    const fs::path path = journal_folder(data()) / "data.mdb";
    std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
    const std::string content(std::istreambuf_iterator<char>(file), {});
    bool found = false;
    for (std::size_t at = content.find(bytes); at != content.npos;
         at = content.find(bytes, at + 1)) {  // older pages may hold them, too
      found = true;
      file.seekp(static_cast<std::streamoff>(at + bytes.size() / 2));
      file.put(static_cast<char>(content[at + bytes.size() / 2] ^ 1));
    }
    ASSERT_TRUE(found);
  }
  std::string row_of(const char* table, std::uint64_t number) {
    stop();
    auto environment = LmdbEnvironment::open(journal_folder(data()), small_options());
    EXPECT_TRUE(environment) << environment.error().message;
    const TableName names[] = {{table, MDB_INTEGERKEY}};
    std::array<MDB_dbi, 1> tables{};
    EXPECT_TRUE((*environment)->open_tables(names, tables, [](WriteTransaction&) {}));
    const ReadTransaction transaction(**environment);
    MDB_val key = to_value(number);
    MDB_val value{};
    if (mdb_get(transaction.get(), tables[0], &key, &value) != MDB_SUCCESS) return {};
    return std::string(to_text(value));
  }

  ScratchFolder scratch_;
  Keyring keys_ = test_keys(scratch_.path());
  std::unique_ptr<LmdbJournal> journal_;
  std::unique_ptr<LmdbViews> views_;
  VerifyReport report_;
};

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
