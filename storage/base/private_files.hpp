// Files and folders that only their owner may read, and that are on disk when the call returns.
//
// What root makes in somebody's folder belongs to them: a command that an administrator runs must
// not leave files that the service cannot open.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "engine/base/result.hpp"

namespace spillway::storage {

// Makes the folder with mode 0700 and syncs its parent; one that is there must be closed to group
// and others. The sentence names the path and its mode.
Result<void> ensure_private_folder(const std::filesystem::path& folder);

// The folder that this one, `a/b` or `a/b/`, lies in.
std::filesystem::path parent_of(const std::filesystem::path& path);

// The folder, or the file, must be closed to group and others.
Result<void> check_private_folder(const std::filesystem::path& folder);
Result<void> check_private_file(const std::filesystem::path& file);

// A new file of mode 0600 that appears whole or not at all.
Result<void> write_private_file(const std::filesystem::path& file, std::string_view content);
// The same with a content that depends on the file, which is open and empty.
Result<void> write_private_file_of(const std::filesystem::path& file,
                                   const std::function<Result<std::string>(int)>& content);

// For a file that somebody else has made, like a library.
Result<void> give_to_folders_owner(const std::filesystem::path& file);

// The same in the place of one that is there, whose content is destroyed afterwards.
Result<void> replace_private_file(const std::filesystem::path& file, std::string_view content);

// Overwrites the file and takes it away, on disk when the call returns. When the process dies on
// the way, a file NAME.dead is left of it.
Result<void> destroy_file(const std::filesystem::path& file);

// Ends what a process that died left half done in the folder: NAME.dead, and NAME.new, which never
// counted. Nobody else may be writing there.
Result<void> destroy_leftovers(const std::filesystem::path& folder);

// Held while it lives, by one process or thread at a time; waits for its turn.
class FileLock {
 public:
  static Result<FileLock> take(const std::filesystem::path& file);
  // For whoever only reads what it guards: where the file cannot be made, nobody writes there.
  static Result<FileLock> take_to_read(const std::filesystem::path& file);
  ~FileLock();
  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&&) = delete;

 private:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

// Fails for a file open to others, and for one larger than `size_max`.
Result<std::string> read_private_file(const std::filesystem::path& file, std::size_t size_max);

// Syncs a file or the entries of a folder.
Result<void> sync_path(const std::filesystem::path& path);

}  // namespace spillway::storage
