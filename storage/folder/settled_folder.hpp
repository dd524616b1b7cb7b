// The last step of opening a data folder to work in it: when its keys, journal and registry are
// open, and before anybody uses them.
#pragma once

#include <filesystem>

#include "storage/journal/lmdb_journal.hpp"
#include "storage/keys/folder_manifest.hpp"
#include "storage/keys/keyring.hpp"
#include "storage/registry/registry.hpp"

namespace spillway::storage {

// Refuses keys that lack one under which a card of the journal is sealed. Has a copy go on where
// nothing of what came after it is named again (restored_numbers.hpp), and writes the manifests
// that are missing. Gives the folder's manifest. Interrupted anywhere, the next call does the rest.
Result<FolderManifest> settle_folder(const std::filesystem::path& data_folder,
                                     const FolderFound& found, const Keyring& keys,
                                     LmdbJournal& journal, Registry& registry, Timestamp now);

}  // namespace spillway::storage
