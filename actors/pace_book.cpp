#include "actors/pace_book.hpp"

#include <algorithm>

#include "actors/pacing_settings.hpp"
#include "storage/pace_rows.hpp"

namespace spillway::actors {

Result<PaceBook> PaceBook::open(const Configuration& configuration,
                                const storage::Registry& registry) {
  PaceBook book(configuration);
  std::optional<Error> wrong;
  const auto read = [&](std::string_view key, std::string_view value) {
    const auto row = storage::decode_pace(key, value);
    if (!row) {
      wrong = Error{"the registry holds a pace of a form that this version does not know"};
      return false;
    }
    // A relay centre that is not configured now may come back.
    const auto relay = std::ranges::find(configuration.relays, row->relay, &RelaySettings::id);
    if (relay == configuration.relays.end()) return true;
    auto pacing = pacing_from(row->pacing, PacingKind::paced);
    if (pacing)
      book.set(row->relay, {std::move(*pacing), row->set_at});
    else
      wrong = Error{"the pace that was set for relay centre " + relay->name +
                    " cannot hold any more: " + pacing.error().front().sentence};
    return !wrong;
  };
  registry.for_each(storage::RegistryTable::paces, {}, read);
  if (wrong) return *wrong;
  return book;
}

const Pacing& PaceBook::in_force(RelayId relay) const {
  const SetPace* set = set_pace(relay);
  return set != nullptr ? set->pacing : relay_settings(*configuration_, relay).pacing;
}

const PaceBook::SetPace* PaceBook::set_pace(RelayId relay) const {
  const auto found = set_.find(relay);
  return found == set_.end() ? nullptr : &found->second;
}

}  // namespace spillway::actors
