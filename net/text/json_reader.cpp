#include "net/text/json_reader.hpp"

#include <algorithm>
#include <cstring>

#include "engine/base/invariants.hpp"
#include "engine/card/card.hpp"
#include "net/http/limits.hpp"
#include "net/text/json_escapes.hpp"
#include "net/text/json_number.hpp"
#include "net/text/limits.hpp"

namespace spillway::net {

namespace {

// Where a number or a literal ends.
bool ends_scalar(char character) {
  switch (character) {
    case ' ':
    case '\t':
    case '\n':
    case '\r':
    case ',':
    case ':':
    case '[':
    case ']':
    case '{':
    case '}':
      return true;
    default:
      return false;
  }
}

}  // namespace

JsonReader::JsonReader() : text_(limits::http_body_max + simdjson::SIMDJSON_PADDING) {
  SPILLWAY_CHECK(parser_.allocate(limits::http_body_max) == simdjson::SUCCESS,
                 "there is no memory for the JSON reader");
}

JsonReader::~JsonReader() {
  wipe();
}

bool JsonReader::open(std::string_view text) {
  names_.clear();
  depth_ = 0;
  fault_ = {};
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  if (text.empty()) return fail("it is empty");
  if (text.size() > limits::http_body_max) return fail("it is too long");
  std::memcpy(text_.data(), text.data(), text.size());
  std::memset(text_.data() + text.size(), 0, simdjson::SIMDJSON_PADDING);
  size_ = text.size();
  used_ = std::max(used_, size_);

  auto result = parser_.iterate_raw(
      simdjson::padded_string_view(text_.data(), size_, size_ + simdjson::SIMDJSON_PADDING));
  switch (result.error()) {
    case simdjson::SUCCESS:
      tokens_ = std::move(result).value_unsafe();
      return true;
    case simdjson::EMPTY:
      return fail("it is empty");
    case simdjson::UTF8_ERROR:
      return fail("it is not UTF-8");
    case simdjson::UNCLOSED_STRING:
      return fail("a text does not end");
    case simdjson::UNESCAPED_CHARS:
      return fail("a text holds a control character");
    default:
      return fail("it cannot be read");
  }
}

char JsonReader::token() const {
  return tokens_.at_end() ? '\0' : static_cast<char>(*tokens_.peek());
}

std::size_t JsonReader::token_offset() const {
  if (tokens_.at_end()) return size_;
  return static_cast<std::size_t>(reinterpret_cast<const char*>(tokens_.peek()) - text_.data());
}

bool JsonReader::fail(std::string_view sentence) {
  fault_ = {sentence, 0};
  return false;
}

bool JsonReader::fail_expecting(std::string_view sentence) {
  fault_ = {tokens_.at_end() ? std::string_view("it ends too early") : sentence, token_offset()};
  return false;
}

bool JsonReader::take(char expected, std::string_view sentence) {
  if (token() != expected) return fail_expecting(sentence);
  tokens_.return_current_and_advance();
  return true;
}

bool JsonReader::enter() {
  if (++depth_ > limits::json_depth_max) return fail_expecting("it is nested too deeply");
  return true;
}

bool JsonReader::take_name(std::size_t first_name) {
  std::string_view name;
  const std::size_t offset = token_offset();
  if (!read_text(name)) return false;
  if (names_.size() - first_name >= limits::json_fields_max) {
    fault_ = {"an object has too many fields", offset};
    return false;
  }
  for (std::size_t i = first_name; i < names_.size(); ++i) {
    if (names_[i] != name) continue;
    fault_ = {"a field stands twice in one object", offset};
    return false;
  }
  names_.push_back(name);
  return true;
}

JsonKind JsonReader::kind() const {
  switch (token()) {
    case '{':
      return JsonKind::object;
    case '[':
      return JsonKind::array;
    case '"':
      return JsonKind::text;
    case 't':
    case 'f':
      return JsonKind::boolean;
    case 'n':
      return JsonKind::null;
    case '-':
      return JsonKind::number;
    default:
      return token() >= '0' && token() <= '9' ? JsonKind::number : JsonKind::nothing;
  }
}

bool JsonReader::read_text(std::string_view& text) {
  if (token() != '"') return fail_expecting("a text is expected");
  // Stage 1 has proved that the closing quote exists.
  char* const begin = text_.data() + token_offset() + 1;
  const char* end = begin;
  while (*end != '"' && *end != '\\') ++end;
  if (*end == '"') {
    text = {begin, static_cast<std::size_t>(end - begin)};
  } else {
    while (*end != '"') end += *end == '\\' ? 2 : 1;
    const auto unescaped = unescape_json(begin, end);
    if (!unescaped) return fail_expecting("a text holds a wrong escape");
    text = *unescaped;
  }
  tokens_.return_current_and_advance();
  return true;
}

std::string_view JsonReader::scalar() const {
  const char* const begin = text_.data() + token_offset();
  const char* const text_end = text_.data() + size_;
  const char* end = begin;
  while (end != text_end && !ends_scalar(*end)) ++end;
  return {begin, static_cast<std::size_t>(end - begin)};
}

bool JsonReader::read_number(JsonNumber& number) {
  if (kind() != JsonKind::number) return fail_expecting("a number is expected");
  const std::string_view text = scalar();
  if (!parse_json_number(text, number)) return fail_expecting("a number is malformed");
  tokens_.return_current_and_advance();
  return true;
}

bool JsonReader::read_boolean(bool& value) {
  if (kind() != JsonKind::boolean) return fail_expecting("true or false is expected");
  const std::string_view text = scalar();
  if (text != "true" && text != "false") return fail_expecting("a word is not known");
  value = text == "true";
  tokens_.return_current_and_advance();
  return true;
}

bool JsonReader::skip() {
  switch (kind()) {
    case JsonKind::object:
      return read_object([this](std::string_view) { return skip(); });
    case JsonKind::array:
      return read_array([this](std::size_t) { return skip(); });
    case JsonKind::text: {
      std::string_view text;
      return read_text(text);
    }
    case JsonKind::number: {
      JsonNumber number;
      return read_number(number);
    }
    case JsonKind::boolean: {
      bool value = false;
      return read_boolean(value);
    }
    case JsonKind::null:
      if (scalar() != "null") return fail_expecting("a word is not known");
      tokens_.return_current_and_advance();
      return true;
    case JsonKind::nothing:
      break;
  }
  return fail_expecting("a value is expected");
}

bool JsonReader::finish() {
  if (tokens_.at_end()) return true;
  return fail_expecting("something follows its end");
}

void JsonReader::wipe() {
  ::spillway::wipe(text_.data(), used_);
  used_ = 0;
}

}  // namespace spillway::net
