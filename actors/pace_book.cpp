#include "actors/pace_book.hpp"

#include <algorithm>

#include "actors/pacing_settings.hpp"
#include "storage/pace_rows.hpp"
#include "storage/sharing_rows.hpp"

namespace spillway::actors {

Result<PaceBook> PaceBook::open(const Configuration& configuration,
                                const storage::Registry& registry) {
  PaceBook book(configuration);
  if (const auto wrong = book.read_paces(registry)) return *wrong;
  if (const auto wrong = book.read_sharings(registry)) return *wrong;
  return book;
}

const RelaySettings* PaceBook::configured(RelayId relay) const {
  const auto found = std::ranges::find(configuration_->relays, relay, &RelaySettings::id);
  return found == configuration_->relays.end() ? nullptr : &*found;
}

std::optional<Error> PaceBook::read_paces(const storage::Registry& registry) {
  std::optional<Error> wrong;
  const auto read = [&](std::string_view key, std::string_view value) {
    const auto row = storage::decode_pace(key, value);
    if (!row) {
      wrong = Error{"the registry holds a pace of a form that this version does not know"};
      return false;
    }
    const RelaySettings* relay = configured(row->relay);
    if (relay == nullptr) return true;
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
    else if (configured(row->relay) != nullptr)
      share(row->relay, {row->sharing, row->set_at});
    return !wrong;
  };
  registry.for_each(storage::RegistryTable::sharings, {}, read);
  return wrong;
}

const Pacing& PaceBook::in_force(RelayId relay) const {
  const SetPace* set = set_pace(relay);
  return set != nullptr ? set->pacing : relay_settings(*configuration_, relay).pacing;
}

const PaceBook::SetPace* PaceBook::set_pace(RelayId relay) const {
  const auto found = set_.find(relay);
  return found == set_.end() ? nullptr : &found->second;
}

const Sharing& PaceBook::sharing_in_force(RelayId relay) const {
  const SetSharing* set = set_sharing(relay);
  return set != nullptr ? set->sharing : relay_settings(*configuration_, relay).sharing;
}

const PaceBook::SetSharing* PaceBook::set_sharing(RelayId relay) const {
  const auto found = sharings_.find(relay);
  return found == sharings_.end() ? nullptr : &found->second;
}

}  // namespace spillway::actors
