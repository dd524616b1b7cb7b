// What the orders of a run are: which shop, whose, how large, with which card, and what their buyer
// does afterwards. The n-th order follows from the seed and n alone.
//
// Pure code. Threads: immutable once made.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "loadtest/base/histogram.hpp"
#include "loadtest/load/cards.hpp"

namespace spillway::loadtest {

// Requests that must be refused, with what the API's text says about each.
enum class BadKind : std::uint8_t {
  no_json = 0,
  wrong_sum = 1,
  no_buyer = 2,
  wrong_check_digit = 3,
  unknown_key = 4,
  wrong_type = 5,
  too_large = 6,
};
struct BadRequest {
  std::string_view name;
  int status;  // that the answer must have
};
constexpr std::array<BadRequest, 7> bad_requests = {{
    {"no_json", 400},
    {"wrong_sum", 422},
    {"no_buyer", 422},
    {"wrong_check_digit", 422},
    {"unknown_key", 401},
    {"wrong_type", 415},
    {"too_large", 413},
}};

struct MixSettings {
  double zipf = 1;              // the k-th shop's share goes with 1 / k^zipf; 0: all alike
  double guests = 0.3;          // the share of orders without a member number
  std::uint64_t items_max = 4;  // a cart has 1 to so many, all sizes alike
  std::array<double, card_kinds> cards = {1};  // shares, in sum 1
  double other_companies = 0;                  // of the usable cards: MASTERCARD's and JCB's
  double cancels = 0;
  double inquiries = 0;
  double repeats = 0;          // with the same key and body
  double changed_repeats = 0;  // with the same key and another body
  double approvals = 1;        // of the orders that need one: what the shop says after its call
  double bad = 0;
  double slow = 0;  // clients that take `slow_time` to send their request
  Nanoseconds follow_after = std::chrono::seconds(1);  // cancels, inquiries, repeats, approvals
  Nanoseconds slow_time = std::chrono::seconds(2);
  std::uint64_t amount_from = 1'000;  // minor units; the n-th order's amount is this and n
};

struct Wish {
  std::uint16_t shop = 0;
  std::uint8_t items = 1;
  CardKind card = CardKind::usable;
  std::uint8_t company = 0;  // of usable_cards, where the card is usable
  bool guest = false;
  bool bad = false;
  BadKind bad_kind = BadKind::no_json;
  bool slow = false;
  bool cancels = false;
  bool inquires = false;
  bool repeats = false;
  bool repeats_changed = false;
  bool approves = false;  // if it needs an approval: says yes
};

class Mix {
 public:
  Mix(const MixSettings& settings, std::size_t shops, std::uint64_t seed);

  Wish wish(std::uint64_t ordinal) const;
  // No two orders of a run have the same amount: by it the audit finds an order in a relay centre's
  // ledger, which does not know order codes.
  std::uint64_t amount(std::uint64_t ordinal) const { return settings_.amount_from + ordinal; }

  const MixSettings& settings() const { return settings_; }
  std::size_t shops() const { return shop_shares_.size(); }

 private:
  MixSettings settings_;
  std::uint64_t seed_;
  std::vector<double> shop_shares_;  // cumulative
  std::array<double, card_kinds> card_shares_{};
};

}  // namespace spillway::loadtest
