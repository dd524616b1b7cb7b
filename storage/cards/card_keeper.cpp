#include "storage/cards/card_keeper.hpp"

#include <variant>

#include "engine/base/invariants.hpp"
#include "storage/base/limits.hpp"

namespace spillway::storage {

// What was sealed just before the epoch ended may still be on its way to the journal.
bool CardKeeper::may_end(Epoch epoch, Timestamp now) const {
  return epoch != epochs_.current() && now - epochs_.ended(epoch) >= limits::card_key_rest;
}

bool CardKeeper::overdue(Epoch epoch, Timestamp now) const {
  return may_end(epoch, now) && now - epochs_.ended(epoch) >= epoch_life_;
}

// A walk costs a look at every card, so each old epoch has two: when it may end, and when it must.
bool CardKeeper::begin_walk(Timestamp now) {
  walked_.clear();
  left_.clear();
  for (const auto& [epoch, key] : epochs_.keys())
    if (may_end(epoch, now) && !empty_.contains(epoch) &&
        (!looked_at_.contains(epoch) || overdue(epoch, now)))
      walked_.insert(epoch);
  if (walked_.empty()) return false;
  next_ = OrderNumber{1};
  return true;
}

void CardKeeper::walk(Timestamp now, Step& step) {
  const auto cards = journal_.cards_from(*next_, limits::card_walk_batch);
  for (const StoredCard& card : cards) {
    const Epoch epoch = epoch_of(card.card);
    if (!walked_.contains(epoch)) continue;
    if (!overdue(epoch, now)) {
      left_.insert(epoch);
      continue;
    }
    const auto stored = journal_.read(RecordNumber{card.order.value});
    SPILLWAY_CHECK(stored && std::holds_alternative<Received>(stored->event.fact),
                   "a card belongs to no order");
    const ShopId shop = std::get<Received>(stored->event.fact).shop;
    const auto details = vault_.open(card.card, shop);
    if (!details) {
      left_.insert(epoch);
      ++step.unreadable;
      continue;
    }
    step.cards.push_back({card.order, card.card, vault_.seal(*details, shop)});
  }
  step.more = true;
  if (cards.size() == limits::card_walk_batch) {
    next_ = OrderNumber{cards.back().order.value + 1};
    return;
  }
  next_.reset();
  for (const Epoch epoch : walked_) (left_.contains(epoch) ? looked_at_ : empty_).insert(epoch);
  step.more = false;
}

Result<CardKeeper::Step> CardKeeper::step(Timestamp now) {
  Step step;
  if (next_) {
    walk(now, step);
    return step;
  }
  for (const Epoch epoch : std::set<Epoch>(std::move(empty_))) {
    vault_.forget(epoch);
    looked_at_.erase(epoch);
    if (auto destroyed = epochs_.destroy(epoch); !destroyed) return destroyed.error();
    step.destroyed.push_back(epoch);
  }
  empty_.clear();
  // A clock that was put back begins nothing: no epoch would end before it is right again.
  if (now - epochs_.keys().at(epochs_.current()).began >= epoch_life_) {
    const auto begun = epochs_.begin(now);
    if (!begun) return begun.error();
    vault_.begin(*begun, epochs_.keys().at(*begun).key);
    step.began = *begun;
  }
  if (begin_walk(now)) walk(now, step);
  return step;
}

}  // namespace spillway::storage
