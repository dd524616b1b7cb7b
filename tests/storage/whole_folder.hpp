// A data folder as a start opens it and as it closes again: keys, journal, registry, members' keys.
#pragma once

#include <map>
#include <optional>

#include <sys/stat.h>

#include "storage/card_vault.hpp"
#include "storage/data_folder.hpp"
#include "storage/lmdb_registry.hpp"
#include "storage/settled_folder.hpp"
#include "storage/verify.hpp"
#include "tests/storage/journal_fixture.hpp"

namespace spillway::storage {

namespace fs = std::filesystem;

inline const std::string whole_master(64, 'a');

struct WholeFolder {
  bool copied = false;
  FolderManifest manifest;
  std::optional<Keyring> keys;
  std::unique_ptr<LmdbJournal> journal;
  std::unique_ptr<LmdbRegistry> registry;

  RecordNumber order(const std::string& reference) const {
    CardDetails card;
    card.number = CardNumber::from("4242424242424242").value();
    card.expiry = {2028, 12};
    Entry entry = received_entry(reference);
    entry.card = CardVault(*keys).seal(card, {7});
    return commit_one(*journal, entry);
  }
};

// `error`: what hinders; then the folder is not open.
inline WholeFolder open_whole(const fs::path& data, std::string& error,
                              Timestamp now = at_second(1'000)) {
  WholeFolder whole;
  const auto fail = [&](const Error& why) {
    error = why.message;
    return WholeFolder();
  };
  error.clear();
  const auto found = look_at_folder(data, true);
  if (!found) return fail(found.error());
  whole.copied = found->copied;
  auto keys = Keyring::open(data, whole_master);
  if (!keys) return fail(keys.error());
  whole.keys.emplace(std::move(*keys));
  auto journal = LmdbJournal::open(journal_folder(data), *whole.keys, small_options());
  if (!journal) return fail(journal.error());
  whole.journal = std::move(*journal);
  auto registry = LmdbRegistry::open(registry_folder(data), *whole.keys, small_options());
  if (!registry) return fail(registry.error());
  whole.registry = std::move(*registry);
  const auto manifest =
      settle_folder(data, *found, *whole.keys, *whole.journal, *whole.registry, now);
  if (!manifest) return fail(manifest.error());
  whole.manifest = *manifest;
  return whole;
}

inline WholeFolder open_whole(const fs::path& data) {
  std::string error;
  WholeFolder whole = open_whole(data, error);
  EXPECT_EQ(error, "");
  return whole;
}

inline std::string open_error(const fs::path& data) {
  std::string error;
  open_whole(data, error);
  return error;
}

// Every file and folder there: its size, times, mode and owner.
inline std::map<std::string, std::string> all_of(const fs::path& folder) {
  std::map<std::string, std::string> all;
  const auto take = [&](const fs::path& path) {
    struct stat status {};
    EXPECT_EQ(::lstat(path.c_str(), &status), 0) << path;
    all[path] = std::to_string(status.st_ino) + ' ' + std::to_string(status.st_size) + ' ' +
                std::to_string(status.st_mode) + ' ' + std::to_string(status.st_uid) + ' ' +
                std::to_string(status.st_mtim.tv_sec) + '.' +
                std::to_string(status.st_mtim.tv_nsec) + ' ' +
                std::to_string(status.st_ctim.tv_nsec);
  };
  take(folder);
  for (const auto& file : fs::recursive_directory_iterator(folder)) take(file.path());
  return all;
}

}  // namespace spillway::storage
