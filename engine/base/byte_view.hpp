// A text as the bytes that cryptographic libraries take.
#pragma once

#include <string>
#include <string_view>

namespace spillway {

inline const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

inline unsigned char* bytes_of(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

}  // namespace spillway
