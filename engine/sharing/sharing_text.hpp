// How work is shared with nodes, as people write it: in the configuration, over the API and on the
// command line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace spillway {

struct SharingText {
  std::optional<std::string> mode;       // "local", "remote", "spill", "shared"
  std::optional<std::string> wait;       // spill: longer than this nobody waits here, "50ms"
  std::optional<std::uint64_t> waiting;  // spill: more than this do not wait here
  std::optional<std::string> part;       // spill: "excess" or "all"
  friend bool operator==(const SharingText&, const SharingText&) = default;
};

}  // namespace spillway
