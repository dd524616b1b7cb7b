#include "actors/accounts/registrar.hpp"

#include <algorithm>
#include <iterator>

#include "storage/base/limits.hpp"

namespace spillway::actors {

auto Registrar::make_behavior() -> behavior_type {
  return {
      [this](RegisterChanges& message) { add(message); },
      [this](CommitChanges) { commit(); },
  };
}

void Registrar::add(RegisterChanges& message) {
  if (batch_.empty()) send(this, CommitChanges{});
  changes_ += message.changes.size();
  batch_.push_back(std::move(message));
  if (changes_ >= limits::registry_changes_max) commit();
}

void Registrar::commit() {
  if (batch_.empty()) return;  // a full batch was committed ahead of its CommitChanges
  std::vector<storage::RegistryChange> changes;
  changes.reserve(changes_);
  for (RegisterChanges& each : batch_) std::ranges::move(each.changes, std::back_inserter(changes));
  audit_.link(changes);
  services_.registry.commit(changes);
  acknowledge();
  batch_.clear();
  changes_ = 0;
}

void Registrar::acknowledge() {
  struct Acknowledgement {
    RegistryClient client;
    Registered registered;
  };
  std::vector<Acknowledgement> acknowledgements;  // a handful of clients
  for (const RegisterChanges& each : batch_) {
    auto found = std::ranges::find(acknowledgements, each.client, &Acknowledgement::client);
    if (found == acknowledgements.end()) {
      acknowledgements.push_back({each.client, {}});
      found = std::prev(acknowledgements.end());
    }
    found->registered.tokens.push_back(each.token);
  }
  for (Acknowledgement& each : acknowledgements) send(each.client, std::move(each.registered));
}

}  // namespace spillway::actors
