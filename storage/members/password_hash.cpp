#include "storage/members/password_hash.hpp"

#include <sodium.h>

#include "engine/base/invariants.hpp"

namespace spillway::storage {

std::string hash_password(const Password& password, const PasswordCost& cost) {
  SPILLWAY_CHECK(sodium_init() >= 0, "libsodium does not start");
  std::string hash(crypto_pwhash_STRBYTES, '\0');
  const std::string_view text = password.view();
  const int failed = crypto_pwhash_str_alg(hash.data(), text.data(), text.size(), cost.passes,
                                           cost.memory, crypto_pwhash_ALG_ARGON2ID13);
  SPILLWAY_CHECK(failed == 0, "there is no memory for hashing a password");
  hash.resize(hash.find('\0'));
  return hash;
}

bool password_matches(const Password& password, const std::string& hash) {
  SPILLWAY_CHECK(sodium_init() >= 0, "libsodium does not start");
  if (hash.size() >= crypto_pwhash_STRBYTES) return false;
  std::string padded = hash;
  padded.resize(crypto_pwhash_STRBYTES, '\0');
  const std::string_view text = password.view();
  return crypto_pwhash_str_verify(padded.c_str(), text.data(), text.size()) == 0;
}

}  // namespace spillway::storage
