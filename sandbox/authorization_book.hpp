// What a relay centre knows about each reference (ISO 8583:1987 field 37): what it answered, and
// how many authorizations stand. This is where a repeat is recognised and a reversal takes effect.
//
// Not thread-safe. About 120 bytes a reference; the oldest are forgotten.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/base/money.hpp"
#include "engine/order/authorization.hpp"

namespace spillway::sandbox {

// What one message came to.
struct Ruling {
  ResponseCode code;
  ApprovalCode approval_code;
  bool authorized = false;  // by this message, anew
  std::uint8_t live = 0;    // authorizations that stand under the reference after it
  Money granted;            // what the answer's approval is for; nothing without one
  std::int64_t held = 0;    // what all that stand hold together, in the currency of `granted`
};

struct LiveAuthorization {
  Reference reference;
  std::uint8_t count = 0;
};

class AuthorizationBook {
 public:
  // Without `repeats_recognised` every request authorizes anew, its reference known or not.
  explicit AuthorizationBook(bool repeats_recognised) : repeats_recognised_(repeats_recognised) {}

  // The answer that stands already for a request under this reference: the stored one, or 12
  // (invalid transaction) when the reference was reversed, even before its request came. Nothing
  // when the request is to be decided.
  std::optional<Ruling> standing(const Reference& reference) const;

  // Records the decision on a request; 00, 08, 10 and 11 authorize, for `granted`.
  Ruling decide(const Reference& reference, const ResponseCode& code,
                const ApprovalCode& approval_code, Money granted = {});

  // 00, also when there was nothing left to reverse; 25 (unable to locate) when the reference is
  // not known. Either way nothing is authorized under it any more.
  Ruling reverse(const Reference& reference);

  // Puts back what a ledger says that a message came to.
  void restore(const Reference& reference, bool reversal, const Ruling& ruling);

  // Authorizations that stand under the reference: more than one is a card charged twice.
  std::uint8_t live(const Reference& reference) const;
  std::vector<LiveAuthorization> all_live() const;

 private:
  struct Entry {
    ResponseCode code;  // empty: no request was decided
    ApprovalCode approval_code;
    std::uint8_t live = 0;
    bool reversed = false;
    Money granted;
    std::int64_t held = 0;
  };
  struct HashReference {
    std::size_t operator()(const Reference& reference) const noexcept {
      return std::hash<std::string_view>()(reference.view());
    }
  };
  using Entries = std::unordered_map<Reference, Entry, HashReference>;
  // Many small tables: growing one takes less than a millisecond, and so does forgetting.
  struct Shard {
    Entries current;
    Entries previous;
  };

  Shard& shard_of(const Reference& reference);
  const Entry* find(const Reference& reference) const;
  Entry& entry(const Reference& reference);

  bool repeats_recognised_;
  std::array<Shard, 256> shards_;
};

}  // namespace spillway::sandbox
