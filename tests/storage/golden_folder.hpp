// Data folders of every format of the journal, as they were left in tests/storage/golden, under the
// master key aa…aa: six records of three orders, the first of them authorized, its notice
// delivered. In the second format its personal data was erased; in the third it was removed by
// record 7, and record 8 is one order more.
#pragma once

#include <filesystem>
#include <string>

#include "storage/data_folder.hpp"

namespace spillway::storage {

inline const std::string golden_master(64, 'a');

inline void copy_golden_folder(const std::filesystem::path& data, int format = 1) {
  namespace fs = std::filesystem;
  const fs::path from(SPILLWAY_SOURCE_DIR "/tests/storage/golden/folder-version-" +
                      std::to_string(format));
  for (const fs::path& folder : {data, data / "keys", journal_folder(data)}) {
    fs::create_directory(folder);
    fs::permissions(folder, fs::perms::owner_all);
  }
  const auto copy = [&](const char* name, const fs::path& to) {
    fs::copy_file(from / name, to);
    fs::permissions(to, fs::perms::owner_read | fs::perms::owner_write);
  };
  copy("journal.mdb", journal_folder(data) / "data.mdb");
  copy("card-epoch-0001.key", data / "keys" / "card-epoch-0001.key");
  if (format > 1) copy("system.keys", data / "keys" / "system.keys");
}

}  // namespace spillway::storage
