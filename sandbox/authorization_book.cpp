#include "sandbox/authorization_book.hpp"

#include "sandbox/limits.hpp"

namespace spillway::sandbox {
namespace {

constexpr std::size_t shard_count = 256;
// A table is given up for a new one when it is full; the one before is forgotten then.
constexpr std::size_t entries_max = limits::sandbox_references_max / 2 / shard_count;

bool approves(const ResponseCode& code) {
  return code == ResponseCode("00") || code == ResponseCode("08") || code == ResponseCode("10") ||
         code == ResponseCode("11");
}

}  // namespace

AuthorizationBook::Shard& AuthorizationBook::shard_of(const Reference& reference) {
  // The low bits choose the bucket within a table.
  return shards_[HashReference()(reference) >> 56U];
}

const AuthorizationBook::Entry* AuthorizationBook::find(const Reference& reference) const {
  const Shard& shard = shards_[HashReference()(reference) >> 56U];
  if (const auto found = shard.current.find(reference); found != shard.current.end())
    return &found->second;
  const auto found = shard.previous.find(reference);
  return found == shard.previous.end() ? nullptr : &found->second;
}

AuthorizationBook::Entry& AuthorizationBook::entry(const Reference& reference) {
  Shard& shard = shard_of(reference);
  if (const auto old = shard.previous.find(reference); old != shard.previous.end())
    return old->second;
  if (shard.current.size() >= entries_max && !shard.current.contains(reference)) {
    shard.previous = std::move(shard.current);
    shard.current.clear();
  }
  return shard.current[reference];
}

std::optional<Ruling> AuthorizationBook::standing(const Reference& reference) const {
  const Entry* known = find(reference);
  if (known == nullptr) return std::nullopt;
  if (known->reversed)
    return Ruling{"12", {}, false, known->live, {0, known->granted.currency}, known->held};
  if (!repeats_recognised_) return std::nullopt;
  return Ruling{known->code, known->approval_code, false, known->live, known->granted, known->held};
}

Ruling AuthorizationBook::decide(const Reference& reference, const ResponseCode& code,
                                 const ApprovalCode& approval_code, Money granted) {
  Entry& booked = entry(reference);
  booked.code = code;
  booked.approval_code = approval_code;
  const bool authorized = approves(code);
  if (!authorized) granted.minor_units = 0;
  booked.granted = granted;
  booked.held += granted.minor_units;
  if (authorized && booked.live < 255) ++booked.live;
  return {code, approval_code, authorized, booked.live, granted, booked.held};
}

Ruling AuthorizationBook::reverse(const Reference& reference) {
  Entry& booked = entry(reference);
  booked.reversed = true;
  booked.live = 0;
  booked.held = 0;
  return {booked.code.empty() ? ResponseCode("25") : ResponseCode("00"),
          {},
          false,
          0,
          {0, booked.granted.currency},
          0};
}

void AuthorizationBook::restore(const Reference& reference, bool reversal, const Ruling& ruling) {
  Entry& booked = entry(reference);
  booked.live = ruling.live;
  booked.held = ruling.held;
  if (ruling.granted.minor_units > 0) booked.granted = ruling.granted;
  if (reversal) {
    booked.reversed = true;
  } else if (!booked.reversed) {
    booked.code = ruling.code;
    booked.approval_code = ruling.approval_code;
  }
}

std::uint8_t AuthorizationBook::live(const Reference& reference) const {
  const Entry* known = find(reference);
  return known == nullptr ? std::uint8_t{0} : known->live;
}

std::vector<LiveAuthorization> AuthorizationBook::all_live() const {
  std::vector<LiveAuthorization> result;
  for (const Shard& shard : shards_) {
    for (const Entries* entries : {&shard.current, &shard.previous}) {
      for (const auto& [reference, booked] : *entries) {
        if (booked.live > 0) result.push_back({reference, booked.live});
      }
    }
  }
  return result;
}

}  // namespace spillway::sandbox
