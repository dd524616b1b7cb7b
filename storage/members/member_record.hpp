// What the registry holds of a member, as bytes: MessagePack arrays whose first element is the
// version of their form (docs/data-format.md). A form that was ever written stays readable.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/account/member.hpp"
#include "engine/base/ids.hpp"
#include "engine/base/time.hpp"
#include "storage/members/member_seal.hpp"

namespace spillway::storage {

// All that is anybody's business but the system's; stands under the member's seal.
struct MemberAccount {
  MemberProfile profile;
  std::string password_hash;  // Argon2id in its usual text form (crypto_pwhash_str)
  std::vector<MemberSession> sessions;
  friend bool operator==(const MemberAccount&, const MemberAccount&) = default;
};

// A row of RegistryTable::members; its key is the member's id (4, big-endian).
struct MemberRow {
  ShopId shop;
  Timestamp registered_at;
  std::string sealed_account;
  std::optional<SealedMemberCard> card;
  friend bool operator==(const MemberRow&, const MemberRow&) = default;
};

std::string encode(const MemberAccount& account);
std::optional<MemberAccount> decode_account(std::string_view bytes);

std::string encode(const MemberRow& row);
std::optional<MemberRow> decode_member_row(std::string_view bytes);

std::string member_row_key(MemberId member);
std::optional<MemberId> member_of_row_key(std::string_view key);

}  // namespace spillway::storage
