#include "actors/start/relay_names.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "actors/base/log.hpp"
#include "storage/base/bytes.hpp"

namespace spillway::actors {

using storage::RegistryTable;

namespace {

constexpr std::string_view prefix = "relay/";

std::string row_key(RelayId relay) {
  std::string key(prefix.size() + 2, '\0');
  prefix.copy(key.data(), prefix.size());
  storage::put_big_endian(key.data() + prefix.size(), relay.value);
  return key;
}

// A number of a known relay centre that another one has now, with the sentence about it.
std::optional<Error> exchanged(const RelaySettings& relay, const std::string& before,
                               const std::map<std::string, RelayId>& known,
                               const Configuration& configuration) {
  const auto had = known.find(relay.name);
  if (had != known.end() && had->second != relay.id)
    return Error{fmt::format(
        "relay centre {} had number {} and has {} now, which is that of {}: orders keep the number "
        "of their relay centre. Give it its own back, or one that none ever had",
        relay.name, had->second.value, relay.id.value, before)};
  for (const RelaySettings& other : configuration.relays)
    if (other.name == before)
      return Error{fmt::format(
          "relay centre {} has number {} now, which is that of {}: orders keep the number of their "
          "relay centre. Give it one that none ever had",
          relay.name, relay.id.value, before)};
  return std::nullopt;
}

}  // namespace

Result<void> check_relay_names(storage::Registry& registry, const Configuration& configuration) {
  std::map<RelayId, std::string> names;
  std::map<std::string, RelayId> known;
  for (const RelaySettings& relay : configuration.relays)
    if (auto name = registry.read(RegistryTable::counters, row_key(relay.id)))
      names[relay.id] = std::move(*name);
  registry.for_each(RegistryTable::counters, {.prefix = prefix},
                    [&](std::string_view key, std::string_view name) {
                      const std::string_view id = key.substr(prefix.size());
                      if (id.size() == 2)
                        known.emplace(name,
                                      RelayId{storage::get_big_endian<std::uint16_t>(id.data())});
                      return true;
                    });
  std::vector<storage::RegistryChange> changes;
  for (const RelaySettings& relay : configuration.relays) {
    const auto before = names.find(relay.id);
    if (before != names.end() && before->second == relay.name) continue;
    if (before != names.end()) {
      if (auto wrong = exchanged(relay, before->second, known, configuration)) return *wrong;
      log(LogLevel::warning, "relay_renamed",
          {{"relay", relay.name}, {"id", relay.id.value}, {"was", before->second}});
    }
    changes.push_back({RegistryTable::counters, row_key(relay.id), relay.name});
  }
  if (!changes.empty()) registry.commit(changes);
  return {};
}

}  // namespace spillway::actors
