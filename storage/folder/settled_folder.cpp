#include "storage/folder/settled_folder.hpp"

#include <algorithm>
#include <optional>

#include "storage/base/data_folder.hpp"
#include "storage/cards/card_vault.hpp"
#include "storage/members/member_book.hpp"
#include "storage/members/restored_registry.hpp"

namespace spillway::storage {

namespace {

Result<void> check_card_keys(const Keyring& keys, const LmdbJournal& journal) {
  const auto& known = keys.card_epochs().keys();
  std::optional<Error> missing;
  const auto walked = journal.try_each_card([&](OrderNumber, const SealedCard& card) {
    if (const Epoch epoch = epoch_of(card); !missing && !known.contains(epoch))
      missing = Error{"the file " + keys.card_epochs().path_of(epoch).string() +
                      " is missing: cards of orders that are open are sealed under it. Put it back "
                      "from the backup of the keys; nothing is made in its place"};
  });
  if (!walked) return walked;
  if (missing) return *missing;
  return {};
}

Result<void> lift_numbers(LmdbJournal& journal, Timestamp now) {
  Timestamp last_at = now;
  if (journal.last().value > 0)
    if (const auto last = journal.read(journal.last())) last_at = last->event.at;
  const auto next = restored_next(journal.last(), last_at, now);
  if (!next) return next.error();
  return journal.go_on_from(*next, now);
}

}  // namespace

Result<FolderManifest> settle_folder(const std::filesystem::path& data_folder,
                                     const FolderFound& found, const Keyring& keys,
                                     LmdbJournal& journal, Registry& registry, Timestamp now) {
  if (auto checked = check_card_keys(keys, journal); !checked) return checked.error();
  FolderManifest manifest = found.manifest.folder.empty() ? new_manifest() : found.manifest;
  if (found.copied) {
    if (auto lifted = lift_numbers(journal, now); !lifted) return lifted.error();
    lift_registry(registry, now);
    manifest.restored = now;
  }
  if (found.whole && !found.copied) return manifest;
  // A folder that has a manifest has the file.
  const auto members =
      MemberKeyFile::open(member_keys_file(data_folder), last_member_id(registry) > 0);
  if (!members) return members.error();
  if (auto written = write_manifests(data_folder, manifest); !written) return written.error();
  return manifest;
}

}  // namespace spillway::storage
