// The audit log: what operators did, one row of the registry's table `audit` each, in the same
// transaction as what they did. A chain: each entry holds the hash of the one before, and the
// counter the last one's, so that an entry that was changed, taken away or put in shows. No entry
// holds anything secret.
//
//   audit     key: number (8 bytes, big-endian), from 1 without a gap
//   counters  key "audit": number and hash of the last entry
//   hash of an entry = SHA-256(key ‖ value); before the first: 32 zeros
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/base/time.hpp"
#include "storage/journal/record_chain.hpp"
#include "storage/registry/registry.hpp"

namespace spillway::storage {

struct AuditNote {
  Timestamp at;
  std::string key_id;  // the operator's key, as its hash begins
  std::string method;
  std::string path;
  std::string made;          // what it was given a name: "/v1/shops/3", a key's id; or nothing
  std::uint16_t status = 0;  // of the answer
  // What changed, as JSON: {"before": …, "after": …}; or nothing. Never anything secret.
  std::string values{};
  friend bool operator==(const AuditNote&, const AuditNote&) = default;
};

struct AuditEntry {
  std::uint64_t number = 0;
  AuditNote note;
  ChainHash before{};
};

// For whoever sends changes to the registrar: it has no key, since its place in the chain is given
// by the one who commits.
RegistryChange audit_change(const AuditNote& note);

// Gives notes their places. For the one who commits; all it gave out must be committed, in order.
class AuditChain {
 public:
  // Goes on where the registry's log ends.
  explicit AuditChain(const Registry& registry);

  // Makes entries of the notes among the changes.
  void link(std::vector<RegistryChange>& changes);

 private:
  std::uint64_t last_ = 0;
  ChainHash hash_{};
  RecordChain hasher_;
};

struct AuditSummary {
  std::uint64_t entries = 0;
  ChainHash last{};
};

// A part of the log of a running system: entries after that number, at most `count`. An entry of a
// form that is not known is left out; `check_audit` tells of it.
std::vector<AuditEntry> audit_entries(const Registry& registry, std::uint64_t after,
                                      std::size_t count);

// Checks the log from its first entry to its last and shows each that is good. The error names the
// first one that is broken.
Result<AuditSummary> check_audit(const Registry& registry,
                                 const std::function<void(const AuditEntry&)>& show);

}  // namespace spillway::storage
