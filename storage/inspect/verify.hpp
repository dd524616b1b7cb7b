// Checks a stopped system's data from end to end, reading only: every record's number, seal, form
// and place in its order's life; every line of the books; every link of the chain; every card's
// seal and that it is still needed; every row of the views, where there are any, against a replay;
// every row of the registry; the audit log's chain. Holds the state of every order in memory, some
// 400 bytes each.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "engine/base/result.hpp"

namespace spillway::storage {

struct VerifyReport {
  std::uint64_t records = 0;
  std::uint64_t last_record = 0;
  std::uint64_t orders = 0;
  std::uint64_t removed_orders = 0;   // with a line in the books each
  std::uint64_t removed_records = 0;  // theirs
  std::uint64_t cards = 0;
  std::uint64_t rows = 0;
  std::uint64_t views_position = 0;
  std::uint64_t links = 0;   // of the chain; 0: a journal of the format before, not opened since
  std::uint64_t erased = 0;  // records whose personal data, or which themselves, are gone
  std::uint64_t registry_rows = 0;
  std::uint64_t audit_entries = 0;
  std::uint64_t members = 0;  // whose accounts open
};

// `data_folder`: DIR. The error names the first broken thing, with its number, in a sentence.
// `master_hex`: as for Keyring.
Result<VerifyReport> verify(const std::filesystem::path& data_folder,
                            const std::optional<std::string>& master_hex);

}  // namespace spillway::storage
