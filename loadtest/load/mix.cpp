#include "loadtest/load/mix.hpp"

#include <algorithm>
#include <cmath>

#include "loadtest/base/chance.hpp"

namespace spillway::loadtest {
namespace {

// Which of the cumulative shares a fraction falls into.
template <class Shares>
std::size_t pick(const Shares& shares, double fraction) {
  const auto found = std::upper_bound(shares.begin(), shares.end(), fraction * shares.back());
  return std::min(static_cast<std::size_t>(found - shares.begin()), shares.size() - 1);
}

}  // namespace

Mix::Mix(const MixSettings& settings, std::size_t shops, std::uint64_t seed)
    : settings_(settings), seed_(seed) {
  double sum = 0;
  for (std::size_t i = 0; i < std::max<std::size_t>(shops, 1); ++i) {
    sum += std::pow(static_cast<double>(i + 1), -settings.zipf);
    shop_shares_.push_back(sum);
  }
  sum = 0;
  for (std::size_t i = 0; i < card_kinds; ++i) {
    sum += settings.cards[i];
    card_shares_[i] = sum;
  }
}

Wish Mix::wish(std::uint64_t ordinal) const {
  Chance chance(seed_, ordinal);
  Wish wish;
  wish.shop = static_cast<std::uint16_t>(pick(shop_shares_, chance.fraction()));
  wish.items = static_cast<std::uint8_t>(1 + chance.below(settings_.items_max));
  wish.card = static_cast<CardKind>(pick(card_shares_, chance.fraction()));
  wish.guest = chance.fraction() < settings_.guests;
  if (chance.fraction() < settings_.other_companies) {
    wish.company = static_cast<std::uint8_t>(1 + chance.below(usable_cards.size() - 1));
  }
  wish.bad = chance.fraction() < settings_.bad;
  wish.bad_kind = static_cast<BadKind>(chance.below(bad_requests.size()));
  if (wish.bad) return wish;
  wish.slow = chance.fraction() < settings_.slow;
  wish.cancels = chance.fraction() < settings_.cancels;
  wish.inquires = chance.fraction() < settings_.inquiries;
  wish.repeats = chance.fraction() < settings_.repeats;
  wish.repeats_changed = chance.fraction() < settings_.changed_repeats;
  wish.approves = chance.fraction() < settings_.approvals;
  return wish;
}

}  // namespace spillway::loadtest
