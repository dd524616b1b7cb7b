#include "net/text/field_reader.hpp"

#include <charconv>
#include <utility>

#include "engine/base/utf8.hpp"
#include "net/text/limits.hpp"

namespace spillway::net {

Refusal not_json(const JsonReader::Fault& fault) {
  Refusal refusal;
  refusal.detail.append("The body is not valid JSON: ")
      .append(fault.sentence)
      .append(" (byte ")
      .append(std::to_string(fault.byte))
      .append(").");
  return refusal;
}

void FieldReader::add_error(const Place& place, std::string_view name, std::string detail) {
  if (errors_.size() >= limits::field_errors_max) return;
  std::string pointer(place.parent);
  if (place.index) pointer.append("/").append(std::to_string(*place.index));
  if (!name.empty()) pointer.append("/").append(name);
  errors_.push_back({std::move(pointer), std::move(detail)});
}

bool FieldReader::refuse(const Place& place, std::string_view name, std::string detail) {
  add_error(place, name, std::move(detail));
  return json_.skip();
}

bool FieldReader::read_text(const Place& place, std::string_view name, std::size_t length_max,
                            std::string_view& text) {
  if (json_.kind() != JsonKind::text) return refuse(place, name, "must be a text");
  std::string_view read;
  if (!json_.read_text(read)) return false;
  check_text(place, name, length_max, read, text);
  return true;
}

void FieldReader::check_text(const Place& place, std::string_view name, std::size_t length_max,
                             std::string_view read, std::string_view& text) {
  if (read.empty()) {
    add_error(place, name, "must not be empty");
  } else if (is_longer_than(read, length_max)) {
    add_error(place, name, "must be at most " + std::to_string(length_max) + " characters");
  } else if (has_control_character(read)) {
    add_error(place, name, "must not hold control characters or line breaks");
  } else {
    text = read;
  }
}

bool FieldReader::read_text(const Place& place, std::string_view name, std::size_t length_max,
                            std::optional<std::string>& text) {
  std::string_view read;
  if (!read_text(place, name, length_max, read)) return false;
  if (!read.empty()) text = read;
  return true;
}

bool FieldReader::read_count(const Place& place, std::string_view name, std::size_t most,
                             std::optional<std::uint64_t>& count) {
  std::optional<std::int64_t> integer;
  if (!read_integer(place, name, 1, static_cast<std::int64_t>(most), integer)) return false;
  if (integer) count = static_cast<std::uint64_t>(*integer);
  return true;
}

bool FieldReader::read_integer(const Place& place, std::string_view name, std::int64_t least,
                               std::int64_t most, std::optional<std::int64_t>& integer) {
  if (json_.kind() != JsonKind::number) return refuse(place, name, "must be an integer");
  JsonNumber number;
  if (!json_.read_number(number)) return false;
  if (number.form == JsonNumber::Form::fraction) {
    add_error(place, name, "must be an integer");
  } else if (number.form == JsonNumber::Form::too_large || number.value < least ||
             number.value > most) {
    add_error(place, name, "must be from " + std::to_string(least) + " to " + std::to_string(most));
  } else {
    integer = number.value;
  }
  return true;
}

bool FieldReader::read_decimal(const Place& place, std::string_view name,
                               std::optional<double>& decimal) {
  if (json_.kind() != JsonKind::number) return refuse(place, name, "must be a number");
  JsonNumber number;
  if (!json_.read_number(number)) return false;
  double read = 0;
  const char* const end = number.text.data() + number.text.size();
  if (std::from_chars(number.text.data(), end, read).ec == std::errc())
    decimal = read;
  else
    add_error(place, name, "is beyond all bounds");
  return true;
}

bool FieldReader::read_boolean(const Place& place, std::string_view name,
                               std::optional<bool>& value) {
  if (json_.kind() != JsonKind::boolean) return refuse(place, name, "must be true or false");
  bool read = false;
  if (!json_.read_boolean(read)) return false;
  value = read;
  return true;
}

bool has_control_character(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 || byte == 0x7F) return true;
    if (byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0) {
      return true;
    }
    if (byte == 0xE2 && (text.substr(i, 3) == "\u2028" || text.substr(i, 3) == "\u2029")) {
      return true;
    }
  }
  return false;
}

}  // namespace spillway::net
