// Passwords as Argon2id hashes (RFC 9106) in their usual text form, which names their cost:
// "$argon2id$v=19$m=19456,t=2,p=1$…". 15 ms each, which is what guessing costs, too.
//
// Threads: any. Must not be called where anybody waits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "engine/account/limits.hpp"
#include "engine/account/password.hpp"

namespace spillway::storage {

struct PasswordCost {
  std::uint64_t passes = limits::password_passes;
  std::size_t memory = limits::password_memory;
};

std::string hash_password(const Password& password, const PasswordCost& cost = {});

// False for a text that is no hash, too.
bool password_matches(const Password& password, const std::string& hash);

}  // namespace spillway::storage
