// Bits of the data files flip, in a copy, one at a time; a child process opens the copy and reads
// everything. It must read what was written or find the damage. LMDB has no page checksums and may
// itself crash on a changed page header: a child that dies by a signal has served nothing wrong.
#include <fstream>
#include <random>

#include <sys/wait.h>
#include <unistd.h>

#include "storage/base/data_folder.hpp"
#include "storage/views/lmdb_views.hpp"
#include "storage/views/recovery.hpp"
#include "tests/storage/fixtures/journal_fixture.hpp"

namespace spillway::storage {
namespace {

namespace fs = std::filesystem;

constexpr int equal_data = 0;
constexpr int damage_found = 10;
constexpr int wrong_data = 42;

struct Outcomes {
  int equal = 0;
  int found = 0;
  int crashed = 0;
};

class BitFlip : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto journal = open_journal();
    std::vector<Entry> entries;
    for (int i = 0; i < 400; ++i) entries.push_back(received_entry("A-" + std::to_string(i), i));
    commit_all(*journal, entries);
    entries.clear();
    for (std::uint64_t order = 1; order <= 100; ++order) {
      entries.push_back(make_entry({{order}, at_second(9), Cancelled{}}));
      entries.back().erase_card = true;
    }
    commit_all(*journal, entries);
    events_ = read_all(*journal);
    orders_.resize(400);
    for (std::uint64_t i = 0; i < 400; ++i) orders_[i] = {i + 1};
    cards_ = journal->cards(orders_);
    auto views = open_views(views_folder(scratch_.path()), keys_, *journal, options());
    ASSERT_TRUE(views) << views.error().message;
    ASSERT_TRUE(project_tail(*journal, **views));
    (*views)->for_each_order({1}, [&](const OrderRow& row) { states_.push_back(row.state); });
  }

  // Small enough that the file has hardly more than its used pages.
  static LmdbEnvironment::Options options() {
    return {.map_size = 1ULL << 20, .reserve = 0, .read_only = false};
  }
  std::unique_ptr<LmdbJournal> open_journal() {
    auto journal = LmdbJournal::open(journal_folder(scratch_.path()), keys_, options());
    if (!journal) ::_exit(damage_found);
    return std::move(*journal);
  }

  int read_journal() {
    const auto journal = open_journal();
    if (journal->last().value != events_.size()) return wrong_data;
    const std::vector<StoredEvent> read = read_all(*journal);
    if (read.size() != events_.size()) return wrong_data;
    for (std::size_t i = 0; i < read.size(); ++i)
      if (read[i].number != events_[i].number || read[i].event != events_[i].event)
        return wrong_data;
    const auto cards = journal->cards(orders_);
    for (std::size_t i = 0; i < cards.size(); ++i) {
      if (cards[i] == cards_[i]) continue;
      if (cards[i]) return wrong_data;
      return damage_found;  // a card that an open order still needs is plainly missing
    }
    return equal_data;
  }

  int read_views() {
    const auto views = LmdbViews::open(views_folder(scratch_.path()), keys_, options());
    if (!views) return damage_found;
    if ((*views)->position().value != events_.size()) return wrong_data;
    for (const OrderState& state : states_) {
      const auto row = (*views)->order(state.number);
      if (!row) return damage_found;  // the journal has the order
      if (row->state != state) return wrong_data;
    }
    const ListPage page =
        (*views)->list({.shop = {7}, .status = {}, .reference = {}, .before = {}, .limit = 1'000});
    for (const OrderNumber order : page.orders)
      if (order.value == 0 || order.value > states_.size()) return wrong_data;
    return equal_data;
  }

  template <class Read>
  Outcomes flip_bits(const fs::path& file, int rounds, Read read) {
    std::string content;
    {
      std::ifstream in(file, std::ios::binary);
      content.assign(std::istreambuf_iterator<char>(in), {});
    }
    std::mt19937_64 random(7);
    Outcomes outcomes;
    for (int round = 0; round < rounds; ++round) {
      // A third of them where the two meta pages have something.
      const std::size_t byte =
          round % 3 == 0 ? (random() % 2) * 4096 + random() % 152 : random() % content.size();
      const auto flipped = static_cast<char>(content[byte] ^ (1 << (random() % 8)));
      {
        std::fstream out(file, std::ios::binary | std::ios::in | std::ios::out | std::ios::trunc);
        out.write(content.data(), static_cast<std::streamsize>(content.size()));
        out.seekp(static_cast<std::streamoff>(byte));
        out.put(flipped);
      }
      const pid_t child = ::fork();
      if (child == 0) {
        ::close(STDERR_FILENO);
        ::_exit(read());
      }
      int status = 0;
      EXPECT_EQ(::waitpid(child, &status, 0), child);
      const int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
      EXPECT_NE(code, wrong_data) << "byte " << byte;
      if (code == equal_data)
        ++outcomes.equal;
      else if (code == damage_found)
        ++outcomes.found;
      else
        ++outcomes.crashed;  // stopped by us, by LMDB, or by the processor
    }
    return outcomes;
  }

  ScratchFolder scratch_;
  Keyring keys_ = test_keys(scratch_.path());
  std::vector<StoredEvent> events_;
  std::vector<OrderNumber> orders_;
  std::vector<std::optional<SealedCard>> cards_;
  std::vector<OrderState> states_;
};

void show(const Outcomes& outcomes) {
  ::testing::Test::RecordProperty("equal", outcomes.equal);
  ::testing::Test::RecordProperty("found", outcomes.found);
  ::testing::Test::RecordProperty("stopped_or_crashed", outcomes.crashed);
  EXPECT_GT(outcomes.found + outcomes.crashed, 0) << "no flip hit anything";
}

TEST_F(BitFlip, InTheJournalNeverServesWrongData) {
  show(
      flip_bits(journal_folder(scratch_.path()) / "data.mdb", 400, [&] { return read_journal(); }));
}

TEST_F(BitFlip, InTheViewsNeverServesWrongData) {
  show(flip_bits(views_folder(scratch_.path()) / "data.mdb", 400, [&] { return read_views(); }));
}

TEST_F(BitFlip, ATruncatedJournalIsNeverServed) {
  const fs::path file = journal_folder(scratch_.path()) / "data.mdb";
  const auto size = fs::file_size(file);
  for (const auto left : {std::uintmax_t{0}, std::uintmax_t{100}, std::uintmax_t{4'096},
                          std::uintmax_t{8'192}, size / 2}) {
    fs::resize_file(file, left);
    const pid_t child = ::fork();
    if (child == 0) {
      ::close(STDERR_FILENO);
      ::_exit(read_journal());
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_FALSE(WIFEXITED(status) && WEXITSTATUS(status) == equal_data) << left;
    EXPECT_FALSE(WIFEXITED(status) && WEXITSTATUS(status) == wrong_data) << left;
  }
}

}  // namespace
}  // namespace spillway::storage
