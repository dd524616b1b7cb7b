// How work is shared, as people write it, in the configuration, over the API and on the command
// line: one set of rules and of sentences for all three. Each names the fields in its own way.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/sharing/limits.hpp"
#include "engine/sharing/sharing.hpp"
#include "engine/sharing/sharing_text.hpp"

namespace spillway::actors {

enum class SharingField : std::uint8_t { mode = 0, wait, waiting, part };
constexpr std::size_t sharing_fields = 4;

struct SharingProblem {
  SharingField field{};
  std::string sentence;  // "has a meaning only with spill"
};

// No mode means `absent_mode`; with spill, no wait means limits::spill_wait_default.
Result<Sharing, std::vector<SharingProblem>> sharing_from(const SharingText& text,
                                                          SharingMode absent_mode);

SharingText text_of(const Sharing& sharing);

// For people: "local", "spill 20ms", "spill 50ms or 100 waiting, then all". For a text that holds.
std::string describe(const SharingText& text);

}  // namespace spillway::actors
