#include "storage/cards/card_keeper.hpp"

#include "storage/base/data_folder.hpp"
#include "storage/inspect/verify.hpp"
#include "tests/storage/fixtures/journal_fixture.hpp"

namespace spillway::storage {
namespace {

namespace fs = std::filesystem;
using std::chrono::hours;
using std::chrono::minutes;

const std::string master(64, 'a');
constexpr Timestamp start{std::chrono::seconds(1'700'000'000)};

CardDetails canary() {
  CardDetails card;
  card.number = CardNumber::from("4242424242424242").value();
  card.expiry = {2028, 12};
  return card;
}

class CardKeeperTest : public ::testing::Test {
 protected:
  CardKeeperTest() {
    auto keys = Keyring::open(data(), master, start);
    EXPECT_TRUE(keys) << keys.error().message;
    keys_.emplace(std::move(*keys));
    vault_.emplace(*keys_);
    auto journal = LmdbJournal::open(journal_folder(data()), *keys_, small_options());
    EXPECT_TRUE(journal) << journal.error().message;
    journal_ = std::move(*journal);
    keeper_.emplace(keys_->card_epochs(), *vault_, *journal_, hours(24));
  }

  const fs::path& data() const { return scratch_.path(); }
  fs::path key_file(Epoch epoch) const {
    return data() / "keys" / ("card-epoch-000" + std::to_string(epoch) + ".key");
  }

  OrderNumber order() {
    Entry entry = received_entry("A");
    entry.card = vault_->seal(canary(), {7});
    return {commit_one(*journal_, entry).value};
  }
  void finish(OrderNumber order) {
    Entry entry = make_entry({order, start, Cancelled{}});
    entry.erase_card = true;
    commit_one(*journal_, entry);
  }
  // All that is due at this moment, and again after the rest.
  std::vector<Epoch> keep(Timestamp now) {
    std::vector<Epoch> destroyed;
    for (int round = 0; round < 2; ++round) {
      bool more = true;
      while (more) {
        const auto step = keeper_->step(now);
        EXPECT_TRUE(step) << step.error().message;
        journal_->reseal_cards(step->cards);
        destroyed.insert(destroyed.end(), step->destroyed.begin(), step->destroyed.end());
        more = step->more;
      }
    }
    return destroyed;
  }
  std::optional<CardDetails> card_of(OrderNumber order) {
    const auto cards = journal_->cards(std::span(&order, 1));
    return cards[0] ? vault_->open(*cards[0], {7}) : std::nullopt;
  }

  ScratchFolder scratch_;
  std::optional<Keyring> keys_;
  std::optional<CardVault> vault_;
  std::unique_ptr<LmdbJournal> journal_;
  std::optional<CardKeeper> keeper_;
};

TEST_F(CardKeeperTest, BeginsAnEpochWhenTheCurrentOneIsOldEnough) {
  EXPECT_TRUE(keep(start + hours(23)).empty());
  EXPECT_EQ(keys_->card_epochs().current(), 1U);
  keep(start + hours(24));
  EXPECT_EQ(keys_->card_epochs().current(), 2U);
  EXPECT_EQ(epoch_of(vault_->seal(canary(), {7})), 2U);
  keep(start - hours(1'000));  // a clock that was put back
  EXPECT_EQ(keys_->card_epochs().current(), 2U);
}

TEST_F(CardKeeperTest, BeginsOneAtTheStartWhenItIsDue) {
  CardVault vault(*keys_);
  CardKeeper later(keys_->card_epochs(), vault, *journal_, hours(24));
  const auto step = later.step(start + hours(1'000));
  ASSERT_TRUE(step) << step.error().message;
  EXPECT_EQ(step->began, std::optional<Epoch>(2));
}

TEST_F(CardKeeperTest, DestroysTheKeyWhenNoCardIsLeftUnderItAndTheRestIsOver) {
  const OrderNumber done = order();
  keep(start + hours(24));
  finish(done);
  EXPECT_TRUE(keep(start + hours(24) + minutes(9)).empty());
  EXPECT_TRUE(fs::exists(key_file(1)));
  EXPECT_EQ(keep(start + hours(24) + minutes(10)), std::vector<Epoch>{1});
  EXPECT_FALSE(fs::exists(key_file(1)));
  EXPECT_EQ(keys_->card_epochs().keys().size(), 1U);
}

TEST_F(CardKeeperTest, SealsAnewWhatStillWaitsWhenAnotherEpochIsOver) {
  std::vector<OrderNumber> waiting;
  for (int i = 0; i < 2'500; ++i) waiting.push_back(order());  // more than one batch
  const OrderNumber done = order();
  keep(start + hours(24));
  const OrderNumber fresh = order();
  finish(done);
  EXPECT_TRUE(keep(start + hours(25)).empty());  // cards are left
  EXPECT_TRUE(keep(start + hours(47)).empty());
  EXPECT_EQ(keep(start + hours(48)), std::vector<Epoch>{1});
  EXPECT_FALSE(fs::exists(key_file(1)));
  for (const OrderNumber each : {waiting.front(), waiting[1'234], waiting.back(), fresh}) {
    const auto card = card_of(each);
    ASSERT_TRUE(card) << each.value;
    EXPECT_EQ(card->number.digits(), "4242424242424242");
  }
  EXPECT_FALSE(card_of(done));
  journal_.reset();
  const auto report = verify(data(), master);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->cards, 2'501U);
}

TEST_F(CardKeeperTest, LeavesACardAloneThatWasErasedMeanwhile) {
  const OrderNumber waiting = order();
  const OrderNumber order_number[] = {waiting};
  const SealedCard before = *journal_->cards(order_number)[0];
  finish(waiting);
  journal_->reseal_cards(std::vector<ResealedCard>{{waiting, before, some_card(1)}});
  EXPECT_FALSE(journal_->cards(order_number)[0]);
  const OrderNumber other[] = {order()};
  journal_->reseal_cards(std::vector<ResealedCard>{{other[0], some_card(1), some_card(2)}});
  EXPECT_TRUE(card_of(other[0]));
}

// Somebody kept a copy of the journal from before, and has today's keys, master key and all.
TEST_F(CardKeeperTest, MakesCardsUnreadableInEveryCopyOfTheJournal) {
  const OrderNumber bought = order();
  const OrderNumber number[] = {bought};
  journal_.reset();
  const fs::path image = scratch_.path() / "image";
  fs::create_directory(image);
  fs::permissions(image, fs::perms::owner_all);
  fs::copy(journal_folder(data()), image / "journal");
  const auto open_image = [&] {
    auto journal = LmdbJournal::open(image / "journal", *keys_, small_options());
    EXPECT_TRUE(journal) << journal.error().message;
    return std::move(*journal);
  };
  {
    const auto copy = open_image();
    ASSERT_TRUE(CardVault(*keys_).open(*copy->cards(number)[0], {7}));
  }
  auto journal = LmdbJournal::open(journal_folder(data()), *keys_, small_options());
  ASSERT_TRUE(journal) << journal.error().message;
  journal_ = std::move(*journal);
  keeper_.emplace(keys_->card_epochs(), *vault_, *journal_, hours(24));
  finish(bought);
  keep(start + hours(24));
  ASSERT_EQ(keep(start + hours(25)), std::vector<Epoch>{1});

  const auto copy = open_image();
  const auto sealed = copy->cards(number)[0];
  ASSERT_TRUE(sealed);
  EXPECT_FALSE(vault_->open(*sealed, {7}));
  const auto reopened = Keyring::open(data(), master, start + hours(26));
  ASSERT_TRUE(reopened) << reopened.error().message;
  EXPECT_FALSE(CardVault(*reopened).open(*sealed, {7}));
}

}  // namespace
}  // namespace spillway::storage
