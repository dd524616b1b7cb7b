// Members: what is asked about them, and passwords on their way to be hashed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/account/password.hpp"
#include "engine/base/ids.hpp"
#include "net/api/common/control_api.hpp"
#include "storage/members/member_seal.hpp"

namespace spillway::actors {

// A request about members. What its path names has been looked up and a card in it been sealed on
// the loop's thread.
struct AskMembers {
  net::ControlRequest request;
  MemberId member;                                // 0: of no member's number
  std::optional<storage::SealedMemberCard> card;  // of a request to register one
  bool card_has_expired = false;
};

// Compares one password and hashes another, as far as there are any.
struct HashPasswords {
  std::uint64_t token = 0;
  std::optional<Password> given;
  std::string against;  // the hash that `given` should have; empty: of nobody, which takes as long
  std::optional<Password> wanted;
};

struct PasswordsHashed {
  std::uint64_t token = 0;
  bool matches = false;  // `given`
  std::string hash;      // of `wanted`
};

}  // namespace spillway::actors
