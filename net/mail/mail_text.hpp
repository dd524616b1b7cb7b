// Text as it may stand in a mail: nothing in it that a mail program or server could take for
// structure, and lines of a readable width. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace spillway::net {

// One line: each control character (C0, DEL, C1, line and paragraph separators, overrides of the
// writing direction) becomes a space; bytes that are not UTF-8 become U+FFFD; no spaces at the
// ends.
std::string clean_line(std::string_view text);

// Lines, each ended by '\n' (CRLF and a bare CR are line ends too); other control characters but
// the tab become spaces; bytes that are not UTF-8 become U+FFFD.
std::string clean_text(std::string_view text);

// Columns on a screen of fixed width: East Asian wide characters take two, combining marks none.
// `text` is UTF-8.
std::size_t columns(std::string_view text);

// Breaks each line that is wider than `width` columns at a space or beside a wide character; a
// word that is wider alone stays whole. Shorter lines stay as they are. `text` is UTF-8.
std::string wrap(std::string_view text, std::size_t width);

// The bytes of the character that begins at `at`, 1 for a byte that begins none.
std::size_t character_size(std::string_view text, std::size_t at);

}  // namespace spillway::net
