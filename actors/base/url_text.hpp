// A text as a segment or a value of a URL (RFC 3986 2.1).
#pragma once

#include <string>

#include <fmt/format.h>

#include "engine/base/characters.hpp"

namespace spillway::actors {

inline std::string url_escaped(const std::string& text) {
  std::string escaped;
  for (const char each : text) {
    const bool plain = is_letter_or_digit(each) || each == '-' || each == '_' || each == '.';
    escaped +=
        plain ? std::string(1, each)
              : fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(each)));
  }
  return escaped;
}

}  // namespace spillway::actors
