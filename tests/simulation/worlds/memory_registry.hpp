// The registry in memory. It outlives crashes; a crash can come before a commit reaches it or right
// after.
#pragma once

#include <functional>
#include <map>

#include "storage/registry/registry.hpp"
#include "tests/simulation/worlds/world.hpp"

namespace spillway::simulation {

class MemoryRegistry : public storage::Registry {
 public:
  explicit MemoryRegistry(World& world) : world_(world) {}

  void commit(std::span<const storage::RegistryChange> changes) override {
    if (down) return;
    const bool crash = world_.fault(crash_chance);
    const bool lost = crash && world_.chance(0.5);
    if (!lost)
      for (const storage::RegistryChange& change : changes) apply(change);
    if (!crash) return;
    world_.note(lost ? "crash before a commit of the registry" : "crash after one");
    on_crash();
  }

  bool has_room() const override { return room; }

  std::optional<std::string> read(storage::RegistryTable table,
                                  std::string_view key) const override {
    const auto found = rows_.find({table, std::string(key)});
    return found == rows_.end() ? std::nullopt : std::optional(found->second);
  }

  void for_each(storage::RegistryTable table, const storage::RegistryRange& range,
                const Visit& visit) const override {
    for (const auto& [key, value] : rows_)
      if (key.first == table && key.second.starts_with(range.prefix) && key.second > range.after &&
          !visit(key.second, value))
        return;
  }

  bool room = true;
  double crash_chance = 0;         // at each commit
  std::function<void()> on_crash;  // the process is gone: nothing it does counts any more
  bool down = false;               // between a crash and the restart

 private:
  void apply(const storage::RegistryChange& change) {
    const Key key{change.table, change.key};
    if (change.value)
      rows_[key] = *change.value;
    else
      rows_.erase(key);
  }

  using Key = std::pair<storage::RegistryTable, std::string>;
  World& world_;
  std::map<Key, std::string> rows_;
};

}  // namespace spillway::simulation
