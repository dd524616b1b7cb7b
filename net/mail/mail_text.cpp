#include "net/mail/mail_text.hpp"

#include <algorithm>
#include <iterator>

namespace spillway::net {

namespace {

struct Character {
  char32_t code = 0;
  std::size_t size = 1;
  bool valid = false;
};

// RFC 3629: shortest form only, no surrogates, nothing above U+10FFFF.
Character decode(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return {first, 1, true};
  const std::size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() - at < size) return {};
  char32_t code = first & (0xFFU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return {};
    code = (code << 6) | (byte(i) & 0x3FU);
  }
  constexpr char32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
  if (code < smallest[size] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return {};
  return {code, size, true};
}

struct Range {
  char32_t first, last;
};

template <std::size_t count>
bool within(const Range (&ranges)[count], char32_t code) {
  return std::any_of(std::begin(ranges), std::end(ranges), [code](const Range& range) {
    return code >= range.first && code <= range.last;
  });
}

bool is_control(char32_t code) {
  constexpr Range controls[] = {{0x00, 0x1F},     {0x7F, 0x9F},     {0x200E, 0x200F},
                                {0x2028, 0x202E}, {0x2066, 0x2069}, {0xFEFF, 0xFEFF}};
  return within(controls, code);
}

// Unicode's East_Asian_Width W and F, rounded to blocks.
bool is_wide(char32_t code) {
  constexpr Range wide[] = {{0x1100, 0x115F},   {0x2E80, 0x303E},  {0x3041, 0xA4CF},
                            {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},  {0xFE30, 0xFE6F},
                            {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},  {0x1F300, 0x1F64F},
                            {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD}};
  return code >= 0x1100 && within(wide, code);
}

bool is_combining(char32_t code) {
  constexpr Range combining[] = {
      {0x300, 0x36F}, {0x200B, 0x200D}, {0x3099, 0x309A}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}};
  return code >= 0x300 && within(combining, code);
}

std::size_t columns_of(const Character& character) {
  if (is_combining(character.code)) return 0;
  return is_wide(character.code) ? 2 : 1;
}

void append_clean(std::string_view text, std::size_t at, const Character& character,
                  std::string& out) {
  if (!character.valid) {
    out += "\xEF\xBF\xBD";
  } else if (is_control(character.code)) {
    out += ' ';
  } else {
    out.append(text, at, character.size);
  }
}

std::string_view without_spaces_at_the_end(std::string_view line) {
  while (!line.empty() && line.back() == ' ') line.remove_suffix(1);
  return line;
}

void wrap_line(std::string_view line, std::size_t width, std::string& out) {
  std::size_t start = 0;     // of the piece that is being filled
  std::size_t break_at = 0;  // the last place in it where it may end; 0: none yet
  std::size_t used = 0;
  bool in_word = false;  // spaces that a line begins with are no place to break it
  for (std::size_t at = 0; at < line.size();) {
    const Character character = decode(line, at);
    const std::size_t needed = columns_of(character);
    if (character.code != ' ' && used + needed > width) {
      if (in_word && needed == 2) break_at = at;
      if (break_at > start) {
        out += without_spaces_at_the_end(line.substr(start, break_at - start));
        out += '\n';
        start = break_at;
        used = columns(line.substr(start, at - start));
      }
    }
    used += needed;
    at += character.size;
    if (character.code != ' ') in_word = true;
    if (in_word && (character.code == ' ' || needed == 2)) break_at = at;
  }
  out += without_spaces_at_the_end(line.substr(start));
}

}  // namespace

std::size_t character_size(std::string_view text, std::size_t at) {
  return decode(text, at).size;
}

std::string clean_line(std::string_view text) {
  std::string line;
  line.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const Character character = decode(text, at);
    append_clean(text, at, character, line);
    at += character.size;
  }
  line.resize(without_spaces_at_the_end(line).size());
  line.erase(0, std::min(line.find_first_not_of(' '), line.size()));
  return line;
}

std::string clean_text(std::string_view text) {
  std::string clean;
  clean.reserve(text.size() + 1);
  for (std::size_t at = 0; at < text.size();) {
    const Character character = decode(text, at);
    if (character.code == '\r' && text.substr(at, 2) == "\r\n") {
      ++at;
      continue;
    }
    if (character.code == '\r' || character.code == '\n') {
      clean += '\n';
    } else if (character.code == '\t') {
      clean += '\t';
    } else {
      append_clean(text, at, character, clean);
    }
    at += character.size;
  }
  if (!clean.empty() && clean.back() != '\n') clean += '\n';
  return clean;
}

std::size_t columns(std::string_view text) {
  std::size_t sum = 0;
  for (std::size_t at = 0; at < text.size();) {
    const Character character = decode(text, at);
    sum += columns_of(character);
    at += character.size;
  }
  return sum;
}

std::string wrap(std::string_view text, std::size_t width) {
  std::string out;
  out.reserve(text.size() + text.size() / width + 1);
  while (true) {
    const std::size_t end = text.find('\n');
    wrap_line(text.substr(0, end), width, out);
    if (end == std::string_view::npos) return out;
    out += '\n';
    text.remove_prefix(end + 1);
  }
}

}  // namespace spillway::net
