// Numbers of JSON texts (RFC 8259 section 6).
#pragma once

#include <cstdint>
#include <string_view>

namespace spillway::net {

struct JsonNumber {
  // By its value and not by how it is written: 3150.0 and 3.15e3 are integers (JSON Schema 6.1.1).
  enum class Form : std::uint8_t { integer, fraction, too_large };  // too large for 64 bits
  Form form = Form::integer;
  std::int64_t value = 0;  // of an integer
  std::string_view text;   // as written; holds until the next `open` or `wipe`
};

// False for what is no number.
bool parse_json_number(std::string_view text, JsonNumber& number);

}  // namespace spillway::net
