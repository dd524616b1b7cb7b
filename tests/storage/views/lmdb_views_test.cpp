#include "storage/views/lmdb_views.hpp"

#include <fstream>
#include <random>

#include "engine/order/limits.hpp"
#include "storage/base/limits.hpp"
#include "storage/views/recovery.hpp"
#include "storage/views/row_codec.hpp"
#include "tests/storage/fixtures/journal_fixture.hpp"

namespace spillway::storage {
namespace {

namespace fs = std::filesystem;

bool same(const OrderRow& a, const OrderRow& b) {
  return a.state == b.state && a.received_at == b.received_at && a.idempotency == b.idempotency;
}

std::vector<std::uint64_t> numbers_of(const std::vector<OrderNumber>& orders) {
  std::vector<std::uint64_t> numbers;
  for (const OrderNumber order : orders) numbers.push_back(order.value);
  return numbers;
}

class LmdbViewsTest : public ::testing::Test {
 protected:
  std::unique_ptr<LmdbViews> open() {
    auto views = LmdbViews::open(folder_, keys_, small_options());
    EXPECT_TRUE(views) << views.error().message;
    return std::move(*views);
  }
  std::unique_ptr<LmdbJournal> open_journal() {
    auto journal = LmdbJournal::open(scratch_.path() / "journal", keys_, small_options());
    EXPECT_TRUE(journal) << journal.error().message;
    return std::move(*journal);
  }
  std::unique_ptr<LmdbViews> open_for(const Journal& journal) {
    auto views = open_views(folder_, keys_, journal, small_options());
    EXPECT_TRUE(views) << views.error().message;
    return std::move(*views);
  }

  // The next record of a journal that only this test sees.
  void happened(std::uint64_t order, const Fact& fact, std::int64_t second = 0) {
    const std::uint64_t number = ++last_;
    if (order == 0) order = number;
    events_.push_back({{number}, {{order}, at_second(second), fact}});
  }
  void project(LmdbViews& views) {
    views.project(events_);
    events_.clear();
  }

  ScratchFolder scratch_;
  Keyring keys_ = test_keys(scratch_.path());
  fs::path folder_ = scratch_.path() / "views";
  std::vector<StoredEvent> events_;
  std::uint64_t last_ = 0;
};

const Sent sent_first{{1}, {1}, "ABCDEFGHIJKL", 17};
const Answered usable{{1}, "00", "A12345"};

TEST_F(LmdbViewsTest, KeepRowsAcrossBatchesAndReopening) {
  std::optional<OrderRow> expected;
  {
    const auto views = open();
    happened(0, received_by({7}, "A"), 1);
    project_event(expected, events_[0]);
    project(*views);
    happened(1, sent_first, 2);
    happened(1, usable, 3);
    for (const StoredEvent& stored : events_) project_event(expected, stored);
    project(*views);
    EXPECT_EQ(views->position().value, 3U);
  }
  const auto views = open();
  EXPECT_EQ(views->position().value, 3U);
  const auto row = views->order({1});
  ASSERT_TRUE(row);
  EXPECT_EQ(row->state.status, Status::authorized);
  EXPECT_EQ(row->state.last_record.value, 3U);
  EXPECT_TRUE(same(*row, *expected));
  EXPECT_FALSE(views->order({2}));
}

TEST_F(LmdbViewsTest, ListAShopsOrdersNewestFirstByPages) {
  const auto views = open();
  for (int i = 0; i < 10; ++i) happened(0, received_by({i % 2 == 0 ? 7U : 8U}, "A"));
  happened(3, sent_first);
  project(*views);
  const auto page = [&](ListQuery query) { return views->list(query); };
  const ListPage first =
      page({.shop = {7}, .status = {}, .reference = {}, .before = {}, .limit = 2});
  EXPECT_EQ(numbers_of(first.orders), (std::vector<std::uint64_t>{9, 7}));
  EXPECT_EQ(first.next_before.value, 7U);
  const ListPage rest =
      page({.shop = {7}, .status = {}, .reference = {}, .before = first.next_before, .limit = 3});
  EXPECT_EQ(numbers_of(rest.orders), (std::vector<std::uint64_t>{5, 3, 1}));
  EXPECT_EQ(rest.next_before.value, 0U);
  const ListPage authorizing =
      page({.shop = {7}, .status = Status::authorizing, .reference = {}, .before = {}, .limit = 5});
  EXPECT_EQ(numbers_of(authorizing.orders), (std::vector<std::uint64_t>{3}));
  EXPECT_TRUE(
      page({.shop = {9}, .status = {}, .reference = {}, .before = {}, .limit = 5}).orders.empty());
}

TEST_F(LmdbViewsTest, FindOrdersByTheShopsReferenceExactly) {
  const auto views = open();
  const char* references[] = {"A", "AB", "A", "B", "A", ""};
  for (const char* reference : references) happened(0, received_by({7}, reference));
  happened(0, received_by({7}, std::string("A\0\0", 3)));
  happened(0, received_by({8}, "A"));
  happened(3, Cancelled{});
  project(*views);
  const struct {
    std::string reference;
    std::optional<Status> status;
    std::vector<std::uint64_t> orders;
  } cases[] = {
      {"A", {}, {5, 3, 1}},
      {"AB", {}, {2}},
      {"", {}, {6}},
      {std::string("A\0\0", 3), {}, {7}},
      {"A", Status::cancelled, {3}},
      {"C", {}, {}},
  };
  for (const auto& one : cases) {
    const ListPage page = views->list(
        {.shop = {7}, .status = one.status, .reference = one.reference, .before = {}, .limit = 9});
    EXPECT_EQ(numbers_of(page.orders), one.orders) << one.reference;
  }
}

TEST_F(LmdbViewsTest, LookAtABoundedNumberOfEntriesForOnePage) {
  const auto views = open();
  happened(0, received_by({7}, "A"));
  for (std::size_t i = 0; i < limits::list_scan_max; ++i) happened(0, received_by({7}, "A"));
  happened(1, Cancelled{});
  project(*views);
  ListQuery query{
      .shop = {7}, .status = Status::cancelled, .reference = {}, .before = {}, .limit = 5};
  ListPage page = views->list(query);
  EXPECT_TRUE(page.orders.empty());
  ASSERT_NE(page.next_before.value, 0U);
  query.before = page.next_before;
  page = views->list(query);
  EXPECT_EQ(numbers_of(page.orders), (std::vector<std::uint64_t>{1}));
  EXPECT_EQ(page.next_before.value, 0U);
}

TEST_F(LmdbViewsTest, StartRecoveryAtTheOldestOrderThatNeedsIt) {
  const auto views = open();
  const Timestamp late = at_second(1'000'000);
  for (int i = 0; i < 4; ++i) happened(0, received_by({7}, "A"));
  project(*views);
  // Marks of time are few; without one the first order may be needed for its age.
  EXPECT_EQ(views->first_needed(late).value, 1U);
  const auto rest = [&](std::uint64_t order) {
    happened(order, Cancelled{});
    happened(order, NoticeDelivered{});
  };
  for (std::size_t i = 0; i < 2 * limits::views_mark_interval; ++i)
    happened(0, received_by({7}, "A"), static_cast<std::int64_t>(i / 10));
  project(*views);
  EXPECT_EQ(views->first_needed(late).value, 1U);
  rest(1);
  rest(2);
  happened(3, Cancelled{});  // its notice is still due
  project(*views);
  EXPECT_EQ(views->first_needed(late).value, 3U);
  happened(3, NoticeDelivered{});
  rest(4);
  for (std::uint64_t order = 5; order <= limits::views_mark_interval + 100; ++order) rest(order);
  project(*views);
  happened(0, received_by({7}, "A"), 2'000);
  project(*views);
  EXPECT_GT(views->first_needed(late).value, 4U);
  // Received 1000 s after the first: its number stays needed, whatever else rests.
  const OrderNumber needed = views->first_needed(at_second(100));
  EXPECT_LE(needed.value, 1'005U);
  views->for_each_order({1}, [&](const OrderRow& row) {
    if (row.state.number < views->first_needed(late)) {
      EXPECT_FALSE(needed_by_recovery(row.state)) << row.state.number.value;
    }
    if (row.received_at >= at_second(100)) {
      EXPECT_GE(row.state.number, needed);
    }
  });
}

TEST_F(LmdbViewsTest, TakeNothingWhenTheyAreFullAndGoOnWhenAskedAgain) {
  auto views =
      LmdbViews::open(folder_, keys_, {.map_size = 1ULL << 20, .reserve = 0, .read_only = false});
  ASSERT_TRUE(views) << views.error().message;
  for (int i = 0; i < 100; ++i) happened(0, received_by({7}, "A"));
  (*views)->project(events_);
  ASSERT_EQ((*views)->position().value, 100U);
  events_.clear();
  for (int i = 0; i < 20'000; ++i) happened(0, received_by({7}, "A"));
  (*views)->project(events_);
  EXPECT_EQ((*views)->position().value, 100U);
  EXPECT_TRUE((*views)->order({100}));
  EXPECT_FALSE((*views)->order({101}));
  (*views)->project(std::span(events_).first(50));
  EXPECT_EQ((*views)->position().value, 150U);
}

TEST_F(LmdbViewsTest, StopForEventsThatCameBefore) {
  const auto views = open();
  happened(0, received_by({7}, "A"));
  views->project(events_);
  EXPECT_DEATH(views->project(events_), "events to project are out of order");
}

TEST_F(LmdbViewsTest, BeginAnewWhenTheyAreOfAnotherJournalOrMarkedOrUnreadable) {
  const auto journal = open_journal();
  for (int i = 0; i < 5; ++i) commit_one(*journal, received_entry("A", i));
  const auto projected = [&] {
    const auto views = open_for(*journal);
    EXPECT_TRUE(project_tail(*journal, *views));
    EXPECT_TRUE(views->order({5}));
  };
  projected();
  EXPECT_EQ(open_for(*journal)->position().value, 5U);

  std::ofstream(folder_ / LmdbViews::damage_mark) << "found\n";
  EXPECT_EQ(open_for(*journal)->position().value, 0U);
  EXPECT_FALSE(fs::exists(folder_ / LmdbViews::damage_mark));
  projected();

  fs::resize_file(folder_ / "data.mdb", 100);
  EXPECT_EQ(open_for(*journal)->position().value, 0U);

  for (int i = 0; i < 9; ++i) happened(0, received_by({1}, "B"));
  project(*open());
  EXPECT_EQ(open_for(*journal)->position().value, 0U);  // farther than the journal

  last_ = 0;
  for (int i = 0; i < 5; ++i) happened(0, received_by({1}, "B"));
  project(*open());
  EXPECT_EQ(open_for(*journal)->position().value, 0U);  // as far, but another record
}

TEST_F(LmdbViewsTest, TellEachShopItsOwnEventsInTheirOrder) {
  {
    const auto views = open();
    for (int i = 0; i < 4; ++i) happened(0, received_by({i == 1 ? 8U : 7U}, "A"));  // 1 to 4
    for (const std::uint64_t order : {1, 2, 3}) happened(order, sent_first, 1);     // 5 to 7
    project(*views);
    EXPECT_TRUE(views->events({7}, {0}, 10).empty());
    for (const std::uint64_t order : {3, 2, 1}) happened(order, usable, 2);  // 8 to 10
    happened(1, CancelRequested{}, 3);                                       // 11
    project(*views);
  }
  const auto views = open();
  const auto records = [&](std::uint32_t shop, std::uint64_t after, std::size_t count) {
    std::vector<std::uint64_t> numbers;
    for (const ShopEvent& event : views->events({shop}, {after}, count))
      numbers.push_back(event.record.value);
    return numbers;
  };
  using Numbers = std::vector<std::uint64_t>;
  EXPECT_EQ(records(7, 0, 10), (Numbers{8, 10, 11}));
  EXPECT_EQ(records(7, 8, 10), (Numbers{10, 11}));
  EXPECT_EQ(records(7, 0, 2), (Numbers{8, 10}));
  EXPECT_EQ(records(8, 0, 10), (Numbers{9}));
  EXPECT_EQ(records(8, 9, 10), Numbers{});
  EXPECT_EQ(records(6, 0, 10), Numbers{});
  const ShopEvent expected{{11},           {1},     2, Status::cancelling, at_second(3),
                           Answer::usable, "A12345"};
  EXPECT_EQ(views->events({7}, {10}, 10), std::vector{expected});
}

TEST_F(LmdbViewsTest, RefuseToBeOpenedTwice) {
  const auto journal = open_journal();
  const auto views = open_for(*journal);
  const auto second = open_views(folder_, keys_, *journal, small_options());
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().message.find("is in use by another process"), std::string::npos);
}

TEST(RowCodec, RefusesEveryFlippedBitAndAnotherNumber) {
  Secret<16> key;
  key.bytes[3] = 9;
  const KeyedHash checksum(key);
  OrderRow row{
      open_order({41}, received_by({7}, "A"), at_second(1)), at_second(1), {{1, 2}, 3}, "A"};
  apply(row.state, {{41}, at_second(2), sent_first}, {42});
  row.state.past_attempts = {{{1}, "ABCDEFGHIJKL", 3, at_second(2)}};
  row.state.open_reversals = {{{1}, "ABCDEFGHIJKL", 3, at_second(2)}};
  std::string bytes;
  encode_row(row, checksum, bytes);
  OrderRow read;
  ASSERT_TRUE(decode_row({41}, bytes, checksum, read));
  EXPECT_TRUE(same(read, row));
  EXPECT_FALSE(decode_row({42}, bytes, checksum, read));
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string flipped = bytes;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_FALSE(decode_row({41}, flipped, checksum, read)) << "bit " << bit;
  }
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(decode_row({41}, std::string_view(bytes).substr(0, size), checksum, read));
}

TEST_F(LmdbViewsTest, WalkTheNewestRowsOfAllShops) {
  const auto views = open();
  EXPECT_TRUE(views->newest({}, 10).empty());
  for (std::uint32_t shop = 1; shop <= 5; ++shop) happened(0, received_by({shop}, "A"));
  happened(3, sent_first);
  project(*views);
  const auto walk = [&](std::uint64_t before, std::size_t count) {
    std::vector<std::uint64_t> numbers;
    for (const OrderRow& row : views->newest({before}, count))
      numbers.push_back(row.state.number.value);
    return numbers;
  };
  using Numbers = std::vector<std::uint64_t>;
  EXPECT_EQ(walk(0, 10), (Numbers{5, 4, 3, 2, 1}));
  EXPECT_EQ(walk(0, 2), (Numbers{5, 4}));
  EXPECT_EQ(walk(4, 2), (Numbers{3, 2}));
  EXPECT_EQ(walk(1, 2), Numbers{});
  EXPECT_EQ(walk(100, 1), (Numbers{5}));
  EXPECT_EQ(views->newest({4}, 1)[0].state.status, Status::authorizing);
}

}  // namespace
}  // namespace spillway::storage
