// A pacing as people write it, in the configuration, over the API and on the command line: one set
// of rules and of sentences for all three. Each names the fields in its own way.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/pacing.hpp"
#include "engine/result.hpp"

namespace spillway::actors {

enum class PacingField : std::uint8_t { kind = 0, rate, amount, age, from, to, zone };
constexpr std::size_t pacing_fields = 7;

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

struct PacingProblem {
  PacingField field{};
  std::string sentence;  // "is needed with batch"
};

// `absent_kind`: what no kind means.
Result<Pacing, std::vector<PacingProblem>> pacing_from(const PacingText& text,
                                                       PacingKind absent_kind);

PacingText text_of(const Pacing& pacing);

// One line for people: "50 a second", "batches of 500 or 10m, 50 a second".
std::string describe(const Pacing& pacing);

}  // namespace spillway::actors
