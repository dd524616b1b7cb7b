// A pacing as people write it, in the configuration, over the API and on the command line: one set
// of rules and of sentences for all three. Each names the fields in its own way.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/pacing/pacing.hpp"
#include "engine/pacing/pacing_text.hpp"

namespace spillway::actors {

enum class PacingField : std::uint8_t { kind = 0, rate, amount, age, from, to, zone };
constexpr std::size_t pacing_fields = 7;

struct PacingProblem {
  PacingField field{};
  std::string sentence;  // "is needed with batch"
};

// `absent_kind`: what no kind means.
Result<Pacing, std::vector<PacingProblem>> pacing_from(const PacingText& text,
                                                       PacingKind absent_kind);

PacingText text_of(const Pacing& pacing);

// One line for people: "50 a second", "batches of 500 or 10m, 50 a second". For a text that holds.
std::string describe(const PacingText& text);

}  // namespace spillway::actors
