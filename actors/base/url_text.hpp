// A text as a segment or a value of a URL (RFC 3986 2.1).
#pragma once

#include <string>

#include <fmt/format.h>

namespace spillway::actors {

inline std::string url_escaped(const std::string& text) {
  std::string escaped;
  for (const char each : text) {
    const bool plain = (each >= '0' && each <= '9') || (each >= 'a' && each <= 'z') ||
                       (each >= 'A' && each <= 'Z') || each == '-' || each == '_' || each == '.';
    escaped +=
        plain ? std::string(1, each)
              : fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(each)));
  }
  return escaped;
}

}  // namespace spillway::actors
