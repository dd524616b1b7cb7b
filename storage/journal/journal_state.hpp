// What the journal's last commit left, as a row of the table `state`. A flipped bit can make LMDB
// find an older tree, or an empty one; then the transaction's number in here is not the
// environment's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "storage/base/secret_key.hpp"
#include "storage/journal/record_chain.hpp"

namespace spillway::storage {

// Format 1 had neither chain nor tombstones, format 2 no books: such a journal gets them when it is
// opened. One of format 4 was restored from a copy and has passed numbers over
// (restored_numbers.hpp).
constexpr std::uint32_t journal_format_without_chain = 1;
constexpr std::uint32_t journal_format_without_books = 2;
constexpr std::uint32_t journal_format = 3;
constexpr std::uint32_t journal_format_restored = 4;

struct JournalState {
  std::uint32_t format = journal_format;
  std::uint64_t first = 1;
  std::uint64_t last = 0;
  std::uint64_t transaction = 0;
  std::uint64_t removed_records = 0;  // of these numbers only tombstones are left
  std::uint64_t removed_orders = 0;   // whose `received` records are among them
  ChainHash head{};                   // of the last link
};

constexpr std::string_view journal_state_key = "state";

std::string to_bytes(const JournalState& state, const KeyedHash& checksum);

// Of this format and of those before. Nothing when the checksum is wrong.
std::optional<JournalState> journal_state_from(std::string_view bytes, const KeyedHash& checksum);

}  // namespace spillway::storage
