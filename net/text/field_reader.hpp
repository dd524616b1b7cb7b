// Reads the fields of a JSON request one by one, checks each, and collects what is wrong with
// them, so that a client is told of all its bad fields at once (RFC 9457, `errors`).
//
// A call returns false only when the text is not JSON: a bad field is an entry in `errors`, and
// reading goes on. No value of the request ever gets into an error.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/text/json_reader.hpp"
#include "net/text/limits.hpp"
#include "net/text/refusal.hpp"

namespace spillway::net {

// "The body is not valid JSON: a field stands twice in one object (byte 57)."
Refusal not_json(const JsonReader::Fault& fault);

// Where an object stands: "", "/card", "/items/3".
struct Place {
  std::string_view parent;
  std::optional<std::size_t> index = std::nullopt;
};

class FieldReader {
 public:
  explicit FieldReader(JsonReader& json) : json_(json) {}

  void clear() { errors_.clear(); }
  std::vector<FieldError>& errors() { return errors_; }

  // `name` empty: the place itself. Beyond limits::field_errors_max no more are kept.
  void add_error(const Place& place, std::string_view name, std::string detail);

  // Of an object. Calls `on_field(index, name)`, `index` being the name's place in `names`, or
  // `names.size()` for an unknown one; it reads or skips the value. A null counts as absent. Says
  // in `seen` which of the names were there: bit 0 is the first. Those of `required` that were not
  // become errors.
  template <std::size_t count, class OnField>
  bool read_fields(const Place& place, const std::array<std::string_view, count>& names,
                   std::uint32_t required, std::uint32_t& seen, OnField&& on_field);

  // UTF-8 text of 1 to `length_max` characters (code points) without control characters and line
  // separators, so that it can stand in a mail's header field. Stays empty when it is bad.
  bool read_text(const Place& place, std::string_view name, std::size_t length_max,
                 std::string_view& text);
  // Nothing when it is bad.
  bool read_text(const Place& place, std::string_view name, std::size_t length_max,
                 std::optional<std::string>& text);
  // The same for a text that has been read.
  void check_text(const Place& place, std::string_view name, std::size_t length_max,
                  std::string_view read, std::string_view& text);

  // Nothing when it is bad.
  bool read_integer(const Place& place, std::string_view name, std::int64_t least,
                    std::int64_t most, std::optional<std::int64_t>& integer);

  // From 1 on.
  bool read_count(const Place& place, std::string_view name, std::size_t most,
                  std::optional<std::uint64_t>& count);

  // A number of any form; nothing when it is bad. Its range is the caller's to check.
  bool read_decimal(const Place& place, std::string_view name, std::optional<double>& decimal);

  bool read_boolean(const Place& place, std::string_view name, std::optional<bool>& value);

 private:
  bool refuse(const Place& place, std::string_view name, std::string detail);

  JsonReader& json_;
  std::vector<FieldError> errors_;
};

// U+0000–U+001F, U+007F–U+009F, U+2028 or U+2029 in UTF-8 text.
bool has_control_character(std::string_view text);

template <std::size_t count, class OnField>
bool FieldReader::read_fields(const Place& place, const std::array<std::string_view, count>& names,
                              std::uint32_t required, std::uint32_t& seen, OnField&& on_field) {
  static_assert(count < 32);
  seen = 0;
  if (json_.kind() != JsonKind::object) return refuse(place, {}, "must be an object");
  const bool read = json_.read_object([&](std::string_view name) {
    std::size_t index = 0;
    while (index < count && names[index] != name) ++index;
    if (json_.kind() == JsonKind::null) return json_.skip();
    if (index < count) seen |= 1U << index;
    return on_field(index, name);
  });
  if (!read) return false;
  for (std::size_t index = 0; index < count; ++index) {
    if ((required & ~seen & (1U << index)) != 0) add_error(place, names[index], "is needed");
  }
  return true;
}

}  // namespace spillway::net
