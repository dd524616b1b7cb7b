// The files and keys of a first system.
#include <cstdlib>

#include "actors/base/log.hpp"
#include "actors/start/first_system_parts.hpp"
#include "actors/start/own_systems.hpp"
#include "actors/start/relay_names.hpp"
#include "storage/base/data_folder.hpp"
#include "storage/folder/settled_folder.hpp"

namespace spillway::actors {

namespace {

std::optional<std::string> master_key_from_environment() {
  const char* text = std::getenv(storage::Keyring::environment_name);
  return text ? std::optional<std::string>(text) : std::nullopt;
}

}  // namespace

Result<void> FirstSystem::Parts::open_data() {
  const std::filesystem::path& data = configuration.server.data;
  const auto master = master_key_from_environment();
  const auto folder = storage::look_at_folder(data, master.has_value());
  if (!folder) return folder.error();
  auto keyring = storage::Keyring::open(data, master);
  if (!keyring) return keyring.error();
  keys.emplace(std::move(*keyring));
  vault = std::make_unique<storage::CardVault>(*keys);
  idempotency = std::make_unique<storage::IdempotencyHash>(*keys);
  codes.emplace(keys->order_codes());
  signer.emplace(keys->signing().bytes);
  event_json.emplace(*codes, ShopEventIds(keys->order_codes()));

  auto opened = storage::LmdbJournal::open(storage::journal_folder(data), *keys);
  if (!opened) return opened.error();
  journal = std::move(*opened);
  card_keeper = std::make_unique<storage::CardKeeper>(keys->card_epochs(), *vault, *journal,
                                                      configuration.keys.card_epoch);
  auto opened_views = storage::open_views(storage::views_folder(data), *keys, *journal);
  if (!opened_views) return opened_views.error();
  views = std::move(*opened_views);
  auto opened_registry = storage::LmdbRegistry::open(storage::registry_folder(data), *keys);
  if (!opened_registry) return opened_registry.error();
  registry = std::move(*opened_registry);
  const auto manifest =
      storage::settle_folder(data, *folder, *keys, *journal, *registry, civil_now());
  if (!manifest) return manifest.error();
  if (folder->copied)
    log(LogLevel::warning, "data_folder_is_a_copy",
        {{"next_number", journal->next_number().value},
         {"advice",
          "nothing of what came after the copy is named again; see Backups in "
          "docs/operations.md"}});
  readers.emplace(
      std::vector{&journal->environment(), &views->environment(), &registry->environment()});
  auto opened_shops = ShopBook::open(configuration, *registry);
  if (!opened_shops) return opened_shops.error();
  shops = std::move(*opened_shops);
  if (auto members_opened = open_members(); !members_opened) return members_opened.error();
  if (auto named = check_relay_names(*registry, configuration); !named) return named.error();
  auto opened_paces = PaceBook::open(configuration, *registry);
  if (!opened_paces) return opened_paces.error();
  paces.emplace(std::move(*opened_paces));
  recovered = storage::recover(*journal, *views, civil_now());
  look_over_recovered();
  return {};
}

void FirstSystem::Parts::look_over_recovered() {
  const SystemId own{configuration.system.id};
  systems = own_systems(*registry, recovered, own);
  if (const std::size_t others = orders_of_other_systems(recovered, own); others > 0)
    log(LogLevel::warning, "system_id_changed",
        {{"orders", others},
         {"id", own.value},
         {"what",
          "open orders were sent under another [system] id: they are settled under the "
          "references that they have"}});
  unserved.sort_out(recovered, configuration,
                    [this](ShopId shop) { return shops->find(shop).has_value(); });
  for (const std::string& sentence : unserved.sentences())
    log(LogLevel::warning, "orders_unserved", {{"what", sentence}});
}

}  // namespace spillway::actors
