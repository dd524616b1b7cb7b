// The files of a folder of keys, as they are copied.
#pragma once

#include <cstdint>
#include <filesystem>

#include "engine/base/result.hpp"

namespace spillway::storage {

// Copies those that are there, with mode 0600, and syncs them; one that was copied before is copied
// again, one that has gone since stays. No master key is changed meanwhile. Says of how many.
Result<std::uint64_t> copy_key_files(const std::filesystem::path& from,
                                     const std::filesystem::path& to);

// Copies a file, mode 0600, and syncs it. False: there is none.
Result<bool> copy_private_file(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace spillway::storage
