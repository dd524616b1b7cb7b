// Limits of members, shops, keys and names, by name. Sizes in bytes unless the name says otherwise.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "engine/base/limits.hpp"

namespace spillway::limits {

using namespace std::chrono_literals;

// ---- An order ----
constexpr std::size_t member_number_max = 32;
constexpr std::size_t buyer_name_max = 128;
constexpr std::size_t mail_address_max = 254;  // RFC 5321, 4.5.3.1.3

// ---- Members ----
constexpr std::uint32_t members_max = 1U << 24U;  // registered ever; 128 bytes of memory each
constexpr std::size_t member_address_max = 400;
constexpr std::size_t telephone_max = 32;
constexpr std::size_t password_characters_min = 10;
constexpr std::size_t password_max = 128;  // characters
constexpr std::size_t password_bytes_max = password_max * utf8_bytes_max;
constexpr std::size_t password_memory = 19 * 1024 * 1024;  // Argon2id
constexpr std::uint64_t password_passes = 2;
constexpr std::size_t passwords_waiting_max = 64;  // to be hashed; beyond: 503
constexpr std::size_t member_sessions_max = 8;     // of one member; the oldest goes
constexpr auto session_life = 24h;
constexpr std::uint32_t login_failures_free = 5;  // of one account from one address
constexpr auto login_wait_min = 1s;               // after these; doubles with each
constexpr auto login_wait_max = 15min;
constexpr std::uint32_t login_burst_of_address = 20;    // failures at whatever accounts
constexpr auto login_interval_of_address = 30s;         // and then one in this time
constexpr std::uint32_t login_burst_of_strangers = 10;  // failures at one account, from addresses
constexpr auto login_interval_of_strangers = 30s;       // that were never let in there
constexpr auto login_address_known = 30 * 24h;  // how long one counts as known that was let in
constexpr std::size_t login_table_max = 65'536;

// ---- Shops ----
constexpr std::size_t shop_name_max = 64;
constexpr std::uint32_t shop_rate_max = 1'000'000;  // orders a second, and orders at once
constexpr std::size_t shop_keys_max = 16;           // of one shop

// ---- API keys ----
constexpr std::size_t api_key_min = 22;  // characters; 6 bits each: at least 132 bits
constexpr std::size_t api_key_max = 200;

// ---- Cluster ----
constexpr std::size_t node_name_max = 32;

}  // namespace spillway::limits
