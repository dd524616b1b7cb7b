// The registry: what people set up and may change or take away again, as rows of a key and a value
// each. Not the journal, which holds what happened and loses nothing: a row that is erased here is
// gone.
//
// Threads: `commit` from one thread only; the rest from any.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "storage/base/limits.hpp"

namespace spillway::storage {

// The number is a part of the row's key on disk: never give one a second meaning.
enum class RegistryTable : std::uint8_t {
  counters = 1,  // the last numbers given out, so that none is given out twice
  shops = 2,
  api_keys = 3,
  members = 4,
  webhooks = 5,
  deliveries = 6,  // to webhooks
  paces = 7,       // of relay centres, where they differ from the configuration
  audit = 8,       // what operators did
  sharings = 9,    // how work for relay centres is shared, where other than the configuration says
  mails = 10,      // outcome mails that ended without being delivered
  pauses = 11,     // relay centres that get no new authorizations
  keyed_answers = 12,  // to requests with an Idempotency-Key
};

struct RegistryChange {
  RegistryTable table{};
  std::string key;                   // 1 to limits::registry_key_max bytes
  std::optional<std::string> value;  // nothing: the row goes; it need not be there
};

// The rows of a table whose keys begin with `prefix` and come after `after`.
struct RegistryRange {
  std::string_view prefix = {};
  std::string_view after = {};
};

class Registry {
 public:
  virtual ~Registry() = default;

  // Makes the changes in one transaction, one after the other, and returns when they are on disk.
  // When the disk does not take them, the process stops.
  virtual void commit(std::span<const RegistryChange> changes) = 0;

  // False when the space left is kept for changes to what is there: whoever would add something
  // new asks before.
  virtual bool has_room() const = 0;

  // Nothing for a row that is not there. A damaged row stops the process: it is never served.
  virtual std::optional<std::string> read(RegistryTable table, std::string_view key) const = 0;

  // In the order of the keys' bytes, as of one moment, until `visit` says false. `visit` must not
  // commit, and holds up the use of freed space while it runs.
  using Visit = std::function<bool(std::string_view key, std::string_view value)>;
  virtual void for_each(RegistryTable table, const RegistryRange& range,
                        const Visit& visit) const = 0;
};

}  // namespace spillway::storage
