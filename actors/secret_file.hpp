// Small files with secrets: only their owner may read them, and a file that others can read is
// refused, not used.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "engine/result.hpp"

namespace spillway::actors {

// The whole content, without the line end at its end. An error when the file is missing, is not a
// regular file, is open to group or others, or is larger than 64 KiB.
Result<std::string> read_secret_file(const std::filesystem::path& file);

// Writes a new file, mode 0600, that is there whole or not at all. An error when one is there.
Result<void> write_secret_file(const std::filesystem::path& file, std::string_view content);

}  // namespace spillway::actors
