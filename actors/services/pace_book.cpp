#include "actors/services/pace_book.hpp"

#include "actors/configuration/pacing_settings.hpp"
#include "storage/registry/pace_rows.hpp"
#include "storage/registry/pause_rows.hpp"
#include "storage/registry/sharing_rows.hpp"

namespace spillway::actors {

Result<PaceBook> PaceBook::open(const Configuration& configuration,
                                const storage::Registry& registry) {
  PaceBook book(configuration);
  if (const auto wrong = book.read_paces(registry)) return *wrong;
  if (const auto wrong = book.read_sharings(registry)) return *wrong;
  if (const auto wrong = book.read_pauses(registry)) return *wrong;
  return book;
}

std::optional<Error> PaceBook::read_paces(const storage::Registry& registry) {
  std::optional<Error> wrong;
  const auto read = [&](std::string_view key, std::string_view value) {
    const auto row = storage::decode_pace(key, value);
    if (!row) {
      wrong = Error{"the registry holds a pace of a form that this version does not know"};
      return false;
    }
    const RelaySettings* relay = find_relay(*configuration_, row->relay);
    if (relay == nullptr) return true;  // it may come back: what was set for it stays
    auto pacing = pacing_from(row->pacing, PacingKind::paced);
    if (pacing)
      set(row->relay, {std::move(*pacing), row->set_at});
    else
      wrong = Error{"the pace that was set for relay centre " + relay->name +
                    " cannot hold any more: " + pacing.error().front().sentence};
    return !wrong;
  };
  registry.for_each(storage::RegistryTable::paces, {}, read);
  return wrong;
}

std::optional<Error> PaceBook::read_sharings(const storage::Registry& registry) {
  std::optional<Error> wrong;
  const auto read = [&](std::string_view key, std::string_view value) {
    const auto row = storage::decode_sharing(key, value);
    if (!row)
      wrong = Error{"the registry holds a sharing of a form that this version does not know"};
    else if (find_relay(*configuration_, row->relay) != nullptr)
      share(row->relay, {row->sharing, row->set_at});
    return !wrong;
  };
  registry.for_each(storage::RegistryTable::sharings, {}, read);
  return wrong;
}

std::optional<Error> PaceBook::read_pauses(const storage::Registry& registry) {
  std::optional<Error> wrong;
  const auto read = [&](std::string_view key, std::string_view value) {
    const auto row = storage::decode_pause(key, value);
    if (!row)
      wrong = Error{"the registry holds a pause of a form that this version does not know"};
    else
      set_pause(row->relay, {row->since, row->reason, row->key_id});
    return !wrong;
  };
  registry.for_each(storage::RegistryTable::pauses, {}, read);
  return wrong;
}

const PaceBook::Pause* PaceBook::pause(RelayId relay) const {
  const auto found = pauses_.find(relay);
  return found == pauses_.end() ? nullptr : &found->second;
}

const Pacing& PaceBook::in_force(const RelaySettings& relay) const {
  const SetPace* set = set_pace(relay.id);
  return set != nullptr ? set->pacing : relay.pacing;
}

const PaceBook::SetPace* PaceBook::set_pace(RelayId relay) const {
  const auto found = set_.find(relay);
  return found == set_.end() ? nullptr : &found->second;
}

const Sharing& PaceBook::sharing_in_force(const RelaySettings& relay) const {
  const SetSharing* set = set_sharing(relay.id);
  return set != nullptr ? set->sharing : relay.sharing;
}

const PaceBook::SetSharing* PaceBook::set_sharing(RelayId relay) const {
  const auto found = sharings_.find(relay);
  return found == sharings_.end() ? nullptr : &found->second;
}

}  // namespace spillway::actors
