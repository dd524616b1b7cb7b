// The master key: what the file of the system's keys is wrapped under (system_keys.hpp). 32 random
// bytes in DIR/keys/master.key, or in the environment as 64 hex digits, which wins.
//
// It is changed in three steps, each whole on disk before the next: the new one is written as
// master.key.next, the system's keys are wrapped under it, master.key.next becomes master.key. A
// process that died between them is finished, or undone, by the next that opens the folder.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/result.hpp"
#include "storage/base/secret_key.hpp"

namespace spillway::storage {

struct MasterKey {
  SecretKey key;
  enum class Source { environment, file, next_file } source = Source::file;
};

// Those that may be the one: the environment's alone, or the file's and the next one's.
// `folder`: DIR/keys. The error says what is malformed, or open to others. None: there is none yet.
Result<std::vector<MasterKey>> master_candidates(const std::filesystem::path& folder,
                                                 const std::optional<std::string>& hex);

// `variable`: named in the error.
Result<SecretKey> master_from_hex(const std::string& hex, const std::string& variable);

std::filesystem::path master_path(const std::filesystem::path& folder);

Result<MasterKey> make_master_file(const std::filesystem::path& folder);
Result<SecretKey> make_next_master_file(const std::filesystem::path& folder);

// The system's keys opened with this one: the other file, if there is one, has no use any more.
Result<void> settle_master_files(const std::filesystem::path& folder, MasterKey::Source used);

}  // namespace spillway::storage
