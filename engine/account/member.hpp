// What is known of a member, and the rules for it (seed 000: "name, address, telephone number, date
// of birth, and electronic mail address"; "issues a membership number and a password"). Pure.
//
// A member belongs to the shop that registered him: the seed's credit card member store.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/ids.hpp"
#include "engine/base/time.hpp"

namespace spillway {

// Personal data. Name and mail address are always there, the rest when it was given.
struct MemberProfile {
  std::string name;
  std::string email;
  std::string address;
  std::string telephone;      // as it was given
  std::string date_of_birth;  // "1990-02-28"
  friend bool operator==(const MemberProfile&, const MemberProfile&) = default;
};

// "+81 3-1234-5678": an optional plus, then 6 to 15 digits (ITU-T E.164: at most 15), among which
// single spaces, hyphens, dots, and brackets may stand.
bool is_telephone(std::string_view text);

// A real day like "1990-02-28" (ISO 8601), from 1900 to `today`.
bool is_date_of_birth(std::string_view text, std::chrono::sys_days today);

// By which two mail addresses count as the same: capital letters made small. The standard lets the
// part before the @ differ by case (RFC 5321 2.4); no mail provider does.
std::string fold_mail_address(std::string_view address);

// ---- Passwords ----

enum class PasswordFlaw : std::uint8_t { none = 0, short_, long_, known };
std::string_view to_text(PasswordFlaw flaw);  // "must have at least 10 characters"

// Length alone, counted in characters, and that it is not the mail address, the name or the
// membership number: what helps against guessing without driving people to "Passw0rd!" (NIST SP
// 800-63B 5.1.1.2).
PasswordFlaw password_flaw(std::string_view password, std::string_view number,
                           const MemberProfile& profile);

// An initial password from 10 bytes of chance: 80 bits, in symbols that are not mistaken for one
// another: "7KQ2-M9XV-4TRD-0HZP".
constexpr std::size_t initial_password_length = 19;
void write_initial_password(const std::array<unsigned char, 10>& chance, char* out);

// ---- Sessions ----

// One log-in. Only the token's hash is kept.
struct MemberSession {
  std::array<unsigned char, 32> token_hash{};
  Timestamp expires_at;
  friend bool operator==(const MemberSession&, const MemberSession&) = default;
};

// Adds a session; those that are over go, and the oldest when there are too many.
void open_session(std::vector<MemberSession>& sessions, const MemberSession& opened, Timestamp now);

}  // namespace spillway
