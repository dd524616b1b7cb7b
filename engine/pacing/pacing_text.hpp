// A pacing as people write it: in the configuration, over the API and on the command line, and as
// the registry keeps it, so that what a name means (a time zone) is looked up anew at each start.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace spillway {

struct PacingText {
  std::optional<std::string> kind;  // "immediate", "paced", "batch", "window"
  std::optional<double> rate;       // a second
  std::optional<std::uint64_t> amount;
  std::optional<std::string> age;   // "10m"
  std::optional<std::string> from;  // "23:00"
  std::optional<std::string> to;
  std::optional<std::string> zone;  // "Asia/Tokyo"; absent: UTC
  friend bool operator==(const PacingText&, const PacingText&) = default;
};

}  // namespace spillway
