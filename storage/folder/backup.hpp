// A copy of a data folder, whose system may run meanwhile: journal, registry and keys, each as it
// was in one moment, that together make a data folder to start from. The views are not copied: a
// start makes them.
//
// While it copies it is a reader of the data files: what the system frees meanwhile is used again
// only afterwards. The journal's writer waits for it once, for the time of two pages.
#pragma once

#include <cstdint>
#include <filesystem>

#include "engine/base/result.hpp"

namespace spillway::storage {

struct BackupReport {
  std::uint64_t journal_bytes = 0;
  std::uint64_t registry_bytes = 0;
  std::uint64_t key_files = 0;
};

// Neither `to` nor `keys_to` (TO/keys, or another place) may be there; both appear whole, or not at
// all. Folders get mode 0700, files 0600; all is on disk when the call returns. What a call that
// was killed left is TO.unfinished, which the next takes away. The error is a sentence that names
// the path.
Result<BackupReport> back_up(const std::filesystem::path& data_folder,
                             const std::filesystem::path& to, const std::filesystem::path& keys_to);

}  // namespace spillway::storage
