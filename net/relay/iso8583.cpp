#include "net/relay/iso8583.hpp"

#include <algorithm>
#include <cstring>

#include "engine/base/invariants.hpp"
#include "engine/card/card.hpp"
#include "net/relay/iso8583_parts.hpp"

namespace spillway::net::iso8583 {
namespace {

std::string field_text(std::uint8_t number) {
  std::string text = "field " + std::to_string(number);
  const std::uint8_t slot = number <= fields_max ? detail::slots[number] : detail::no_slot;
  if (slot != detail::no_slot) text += " (" + std::string(field_table[slot].name) + ")";
  return text;
}

std::string sentence_of(const Unreadable& unreadable) {
  const std::string field = field_text(unreadable.field);
  switch (unreadable.flaw) {
    case Flaw::size:
      return "the length is more than a message can have";
    case Flaw::type:
      return unreadable.type == 0 ? "the message type is not four digits"
                                  : "nothing is done with messages of this type";
    case Flaw::missing_field:
      return field + " is missing";
    case Flaw::truncated:
      return unreadable.field == 0 ? "the message ends within its type and bitmaps"
                                   : "the message ends within " + field;
    case Flaw::characters:
      return field + " holds a character that its format does not have";
    case Flaw::field_length:
      return field + " has a length that its format does not have";
    case Flaw::trailing:
      return "bytes follow after the last field";
  }
  return "the message cannot be read";
}

}  // namespace

std::string_view to_text(Flaw flaw) {
  switch (flaw) {
    case Flaw::size:
      return "size";
    case Flaw::type:
      return "type";
    case Flaw::missing_field:
      return "missing_field";
    case Flaw::truncated:
      return "truncated";
    case Flaw::characters:
      return "characters";
    case Flaw::field_length:
      return "field_length";
    case Flaw::trailing:
      return "trailing";
  }
  return "unknown";
}

std::string to_text(const Unreadable& unreadable) {
  if (unreadable.type == 0) return sentence_of(unreadable);
  std::string type = std::to_string(unreadable.type);
  type.insert(0, 4 - std::min<std::size_t>(4, type.size()), '0');
  return type + ": " + sentence_of(unreadable);
}

std::uint64_t number_in(std::string_view digits) {
  std::uint64_t number = 0;
  for (const char digit : digits) number = number * 10 + static_cast<std::uint64_t>(digit - '0');
  return number;
}

std::string_view without_filling(std::string_view text) {
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

Writer::Writer(std::span<char, frame_size_max> buffer, MessageType type, const Dialect& dialect)
    : dialect_(dialect), begin_(buffer.data()) {
  SPILLWAY_CHECK(dialect.header.size() <= header_size_max, "a message header is too long");
  char* const type_begin = begin_ + length_size + dialect.header.size();
  std::memcpy(begin_ + length_size, dialect.header.data(), dialect.header.size());
  auto number = static_cast<unsigned>(type);
  for (char* digit = type_begin + type_size; digit != type_begin; number /= 10)
    *--digit = static_cast<char>('0' + number % 10);
  bitmaps_begin_ = type_begin + type_size;
  end_ = bitmaps_begin_ + 2 * bitmap_size;
}

const FieldRule& Writer::open(Field field) {
  SPILLWAY_CHECK(field > last_, "fields of a message were not written in ascending order");
  last_ = field;
  const auto number = static_cast<std::size_t>(field);
  bitmaps_[word_of(number)] |= bit_of(number);
  return field_table[detail::slot_of(field)];
}

void Writer::text(Field field, std::string_view text) {
  const FieldRule& rule = open(field);
  const bool exact = rule.format == Format::n;
  const bool fits = exact ? text.size() == rule.size : !text.empty() && text.size() <= rule.size;
  if (!fits || !in_format(rule.format, text)) {
    fits_ = false;
    return;
  }
  if (rule.format == Format::llvar) {
    *end_++ = static_cast<char>('0' + text.size() / 10);
    *end_++ = static_cast<char>('0' + text.size() % 10);
  }
  std::memcpy(end_, text.data(), text.size());
  end_ += text.size();
  if (rule.format == Format::an || rule.format == Format::ans) {
    std::memset(end_, ' ', rule.size - text.size());
    end_ += rule.size - text.size();
  }
}

void Writer::number(Field field, std::uint64_t number) {
  const FieldRule& rule = open(field);
  SPILLWAY_CHECK(rule.format == Format::n, "a number was given to a field of text");
  for (char* digit = end_ + rule.size; digit != end_; number /= 10)
    *--digit = static_cast<char>('0' + number % 10);
  if (number != 0) fits_ = false;
  end_ += rule.size;
}

std::size_t Writer::finish() {
  if (!fits_) return 0;
  if (dialect_.always_two_bitmaps || bitmaps_[1] != 0) {
    bitmaps_[0] |= bit_of(1);
    write_word(bitmaps_begin_ + bitmap_size, bitmaps_[1]);
  } else {
    char* const fields = bitmaps_begin_ + 2 * bitmap_size;
    std::memmove(fields - bitmap_size, fields, static_cast<std::size_t>(end_ - fields));
    end_ -= bitmap_size;
    wipe(end_, bitmap_size);
  }
  write_word(bitmaps_begin_, bitmaps_[0]);
  const auto size = static_cast<std::size_t>(end_ - begin_);
  begin_[0] = static_cast<char>((size - length_size) >> 8U);
  begin_[1] = static_cast<char>((size - length_size) & 0xFFU);
  return size;
}

}  // namespace spillway::net::iso8583
