#include "engine/pacing/pacing.hpp"

#include <array>

namespace spillway {

namespace {

constexpr std::array<std::string_view, 5> kinds = {"", "immediate", "paced", "batch", "window"};

}  // namespace

std::string_view to_text(PacingKind kind) {
  return kinds.at(static_cast<std::size_t>(kind));
}

std::optional<PacingKind> pacing_kind_from(std::string_view text) {
  for (std::size_t i = 1; i < kinds.size(); ++i) {
    if (kinds[i] == text) return static_cast<PacingKind>(i);
  }
  return std::nullopt;
}

}  // namespace spillway
