// A data folder from a backup, ready to be started from.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "engine/base/ids.hpp"
#include "engine/base/result.hpp"
#include "engine/base/time.hpp"
#include "storage/inspect/verify.hpp"

namespace spillway::storage {

struct RestoreReport {
  VerifyReport verified;  // of the copy
  RecordNumber next;      // where the journal goes on
};

// Copies the backup `from` with the keys `keys_from` to `data_folder`, which must not be there or
// be empty; verifies it; has it go on where nothing is named again (restored_numbers.hpp). The
// folder appears whole or not at all, is on disk when the call returns, and belongs to the backup's
// owner. `from` may be a stopped system's data folder, too; it is only read. The error is a
// sentence that names what hinders. `master_hex`: as for Keyring.
Result<RestoreReport> restore(const std::filesystem::path& from,
                              const std::filesystem::path& keys_from,
                              const std::filesystem::path& data_folder,
                              const std::optional<std::string>& master_hex, Timestamp now);

}  // namespace spillway::storage
