// What a data folder is made of, written down in each of its parts, so that one that is missing,
// empty, or another folder's is noticed, and never made anew.
//
//   DIR/part.manifest, DIR/keys/part.manifest, DIR/journal/…, DIR/registry/…: lines of text
//     spillway data folder, format 1
//     part journal                              folder, keys, journal or registry
//     folder 4f0c…                              32 hexadecimal digits, random, the same in all
//     restored 0                                when it was last restored from a copy, in µs since
//                                               1970; 0: never. The same in all
//     file 1234 567                             inode of this file, and when it was made (ns since
//                                               1970; 0: not known): a copy has others
//
// A folder gets its manifests when all of it was opened for the first time: one that a version
// before made, too, and one whose making was broken off. From then on everything must be there.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "engine/base/result.hpp"
#include "engine/base/time.hpp"

namespace spillway::storage {

struct FolderManifest {
  std::string folder;  // empty: none yet
  Timestamp restored;  // 1970: never
  friend bool operator==(const FolderManifest&, const FolderManifest&) = default;
};

struct FolderFound {
  bool known = false;   // it was whole once, and all of it is there
  bool copied = false;  // its journal or registry is a copy
  bool whole = false;   // each part has its manifest
  FolderManifest manifest;
};

// Looks at what is there, and makes nothing. The error names the part that is missing, empty, or of
// another folder, and says what to do. `master_elsewhere`: the master key is in the environment.
Result<FolderFound> look_at_folder(const std::filesystem::path& data_folder, bool master_elsewhere);

// Writes the manifest into each part; the journal's is the last.
Result<void> write_manifests(const std::filesystem::path& data_folder,
                             const FolderManifest& manifest);

// Copies a part's manifest as it is, if there is one: the copy shows that it is one.
Result<void> copy_manifest(const std::filesystem::path& from, const std::filesystem::path& to);

// A new folder's, random.
FolderManifest new_manifest();

}  // namespace spillway::storage
