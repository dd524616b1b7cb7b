// Reads one JSON text (RFC 8259) strictly and without a copy of its strings.
//
// simdjson finds the tokens and proves UTF-8, closed strings and the absence of raw control
// characters (its stage 1, 0.1 µs for an order of 350 bytes); this reader walks over the tokens and
// refuses all that simdjson's own readers let pass or leave to their callers: doubled names, depth,
// content after the end, numbers and literals that only begin well.
//
// After any call that returned false the text is not JSON, `fault` says why, and reading is over.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include <simdjson.h>

#include "net/http/limits.hpp"
#include "net/text/json_number.hpp"

namespace spillway::net {

enum class JsonKind : std::uint8_t { object, array, text, number, boolean, null, nothing };

// One loop's reader: keeps its memory from text to text. Not thread-safe.
class JsonReader {
 public:
  // What is wrong and where; the sentence never holds a part of the text.
  struct Fault {
    std::string_view sentence;
    std::size_t byte = 0;
  };

  JsonReader();
  ~JsonReader();
  JsonReader(const JsonReader&) = delete;
  JsonReader& operator=(const JsonReader&) = delete;

  // Copies the text and stands before its value. False also for an empty text and one longer than
  // limits::http_body_max. A byte order mark before it is passed over (RFC 8259 8.1).
  bool open(std::string_view text);

  // Of the value that comes next; `nothing` where no value begins.
  JsonKind kind() const;

  // Calls `on_field(name)` for each field; it reads or skips the value and returns what that call
  // returned. The same for `on_element(index)`.
  template <class OnField>
  bool read_object(OnField&& on_field);
  template <class OnElement>
  bool read_array(OnElement&& on_element);

  // The views hold until the next `open` or `wipe`.
  bool read_text(std::string_view& text);
  bool read_number(JsonNumber& number);
  bool read_boolean(bool& value);
  bool skip();

  // Nothing but white space follows.
  bool finish();

  const Fault& fault() const { return fault_; }

  // Overwrites the copy of the text.
  void wipe();

 private:
  char token() const;
  std::size_t token_offset() const;
  bool fail(std::string_view sentence);
  bool fail_expecting(std::string_view sentence);
  bool take(char expected, std::string_view sentence);
  bool enter();
  bool take_name(std::size_t first_name);
  std::string_view scalar() const;

  simdjson::ondemand::parser parser_;
  simdjson::ondemand::json_iterator tokens_;
  std::vector<char> text_;  // with simdjson's padding; strings are unescaped in their place
  std::size_t size_ = 0;    // of the text
  std::size_t used_ = 0;    // the longest text since the last wipe
  std::vector<std::string_view> names_;  // of the objects that are open, the innermost last
  std::size_t depth_ = 0;
  Fault fault_;
};

template <class OnField>
bool JsonReader::read_object(OnField&& on_field) {
  if (!take('{', "an object is expected") || !enter()) return false;
  const std::size_t first_name = names_.size();
  if (token() != '}') {
    while (true) {
      if (!take_name(first_name)) return false;
      if (!take(':', "a colon is expected")) return false;
      const std::string_view name = names_.back();
      if (!on_field(name)) return false;
      if (token() != ',') break;
      tokens_.return_current_and_advance();
    }
  }
  names_.resize(first_name);
  --depth_;
  return take('}', "a comma or the end of the object is expected");
}

template <class OnElement>
bool JsonReader::read_array(OnElement&& on_element) {
  if (!take('[', "an array is expected") || !enter()) return false;
  if (token() != ']') {
    for (std::size_t index = 0;; ++index) {
      if (!on_element(index)) return false;
      if (token() != ',') break;
      tokens_.return_current_and_advance();
    }
  }
  --depth_;
  return take(']', "a comma or the end of the array is expected");
}

}  // namespace spillway::net
