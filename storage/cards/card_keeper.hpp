// Sees to it that the keys of cards end: begins a new epoch when the current one is old enough,
// seals anew under it what still waits under an old one, and destroys an old one's key when no card
// is left under it. From then on its cards are gone in every copy of the journal and in LMDB's
// freed pages.
//
// A card is under an old key for two epochs at most: the one in which it came, and as long again.
#pragma once

#include <optional>
#include <set>
#include <vector>

#include "engine/base/result.hpp"
#include "storage/base/limits.hpp"
#include "storage/cards/card_vault.hpp"
#include "storage/journal/journal.hpp"
#include "storage/keys/epoch_keys.hpp"

namespace spillway::storage {

class CardKeeper {
 public:
  // `epochs` and `vault` hold the same keys. `epoch_life`: how long an epoch is the current one.
  CardKeeper(EpochKeys& epochs, CardVault& vault, const Journal& journal, Duration epoch_life)
      : epochs_(epochs), vault_(vault), journal_(journal), epoch_life_(epoch_life) {}

  struct Step {
    std::vector<ResealedCard>
        cards;          // to be committed (Journal::reseal_cards) before the next step
    bool more = false;  // take the next step at once; otherwise after a while
    std::optional<Epoch> began;
    std::vector<Epoch> destroyed;
    std::size_t unreadable = 0;  // cards that do not open: they and their key stay
  };

  // Some thousand cards' worth of work. The error: the disk did not take a key's change; try again
  // after a while. Between two steps that are not `more`, let limits::card_key_rest pass: a request
  // on its way to the wire may still hold a card as it was.
  Result<Step> step(Timestamp now);

 private:
  bool may_end(Epoch epoch, Timestamp now) const;
  bool overdue(Epoch epoch, Timestamp now) const;
  bool begin_walk(Timestamp now);
  void walk(Timestamp now, Step& step);

  EpochKeys& epochs_;
  CardVault& vault_;
  const Journal& journal_;
  Duration epoch_life_;
  std::set<Epoch> empty_;            // walked to the end without a card: may be destroyed
  std::set<Epoch> looked_at_;        // walked once already, and cards were left
  std::optional<OrderNumber> next_;  // of the walk under way
  std::set<Epoch> walked_;           // the epochs that it looks for
  std::set<Epoch> left_;             // of these, with cards that stay for now
};

}  // namespace spillway::storage
