#include "net/iso8583.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "engine/invariants.hpp"

namespace spillway::net::iso8583 {
namespace {

using Bitmaps = std::array<std::uint64_t, 2>;

constexpr std::size_t word_of(std::size_t field) {
  return (field - 1) / 64;
}
constexpr std::uint64_t bit_of(std::size_t field) {
  return 1ULL << (63 - (field - 1) % 64);
}

constexpr Bitmaps bitmaps_of(std::initializer_list<Field> fields) {
  Bitmaps result{};
  for (const Field field : fields)
    result[word_of(static_cast<std::size_t>(field))] |= bit_of(static_cast<std::size_t>(field));
  return result;
}

constexpr Bitmaps known_fields = [] {
  Bitmaps result{};
  for (const FieldRule& rule : field_table) {
    const auto number = static_cast<std::size_t>(rule.field);
    result[word_of(number)] |= bit_of(number);
  }
  return result;
}();

// Without these a message says nothing that can be acted on. Whatever else the profile has may
// come along.
struct TypeRule {
  MessageType type{};
  Bitmaps needed{};
};
constexpr Bitmaps request_needs =
    bitmaps_of({Field::card_number, Field::processing_code, Field::amount, Field::transmission_time,
                Field::stan, Field::reference, Field::currency});
constexpr Bitmaps reversal_needs = bitmaps_of(
    {Field::amount, Field::transmission_time, Field::stan, Field::reference, Field::currency});
constexpr Bitmaps response_needs =
    bitmaps_of({Field::stan, Field::reference, Field::response_code});
constexpr std::array type_table{
    TypeRule{MessageType::authorization_request, request_needs},
    TypeRule{MessageType::authorization_repeat, request_needs},
    TypeRule{MessageType::authorization_response, response_needs},
    TypeRule{MessageType::reversal_request, reversal_needs},
    TypeRule{MessageType::reversal_repeat, reversal_needs},
    TypeRule{MessageType::reversal_response, response_needs},
    TypeRule{MessageType::network_request,
             bitmaps_of({Field::transmission_time, Field::stan, Field::network_code})},
    TypeRule{MessageType::network_response,
             bitmaps_of({Field::stan, Field::response_code, Field::network_code})},
};

bool is_digit(char c) {
  return static_cast<unsigned char>(c - '0') <= 9;
}

bool all_digits(const char* text, std::size_t size) {
  bool good = true;
  for (std::size_t i = 0; i < size; ++i) good &= is_digit(text[i]);
  return good;
}

bool is_letter_or_digit(char c) {
  return is_digit(c) || static_cast<unsigned char>((c | 0x20) - 'a') <= 'z' - 'a';
}

// The filling is at the end only: what is inside is letters and digits.
bool all_letters_and_digits(std::string_view text) {
  return std::ranges::all_of(without_filling(text), is_letter_or_digit);
}

bool all_printable(std::string_view text) {
  bool good = true;
  for (const char c : text) good &= static_cast<unsigned char>(c - ' ') <= '~' - ' ';
  return good;
}

bool in_format(Format format, std::string_view text) {
  switch (format) {
    case Format::n:
    case Format::llvar:
      return all_digits(text.data(), text.size());
    case Format::an:
      return all_letters_and_digits(text);
    case Format::ans:
      return all_printable(text);
  }
  return false;
}

std::uint64_t read_word(const char* at) {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  return std::endian::native == std::endian::little ? __builtin_bswap64(word) : word;
}

void write_word(char* at, std::uint64_t word) {
  if (std::endian::native == std::endian::little) word = __builtin_bswap64(word);
  std::memcpy(at, &word, sizeof word);
}

std::uint8_t first_field(const Bitmaps& bitmaps) {
  const std::size_t word = bitmaps[0] != 0 ? 0 : 1;
  return static_cast<std::uint8_t>(word * 64 + 1 +
                                   static_cast<std::size_t>(std::countl_zero(bitmaps[word])));
}

}  // namespace

std::string to_text(const Unreadable& unreadable) {
  std::string field = "field " + std::to_string(unreadable.field);
  const std::uint8_t slot =
      unreadable.field <= 128 ? detail::slots[unreadable.field] : detail::no_slot;
  if (slot != detail::no_slot) field += " (" + std::string(field_table[slot].name) + ")";
  switch (unreadable.flaw) {
    case Flaw::size:
      return "the length is none that a message can have";
    case Flaw::type:
      return "the message type is not one of the profile";
    case Flaw::bitmap:
      return "the bitmaps are not those of the profile";
    case Flaw::unknown_field:
      return field + " is not in the profile";
    case Flaw::missing_field:
      return field + " is missing";
    case Flaw::truncated:
      return "the message ends within " + field;
    case Flaw::characters:
      return field + " holds a character that its format does not have";
    case Flaw::field_length:
      return field + " has a length that its format does not have";
    case Flaw::trailing:
      return "bytes follow after the last field";
  }
  return "the message cannot be read";
}

Result<Message, Unreadable> decode(std::string_view message) {
  if (message.size() < head_size || message.size() > frame_size_max - length_size)
    return Unreadable{Flaw::size, 0};
  if (!all_digits(message.data(), 4)) return Unreadable{Flaw::type, 0};
  const auto type = static_cast<MessageType>(number_in(message.substr(0, 4)));
  const auto* rule = std::ranges::find(type_table, type, &TypeRule::type);
  if (rule == type_table.end()) return Unreadable{Flaw::type, 0};

  Bitmaps present{read_word(message.data() + 4), read_word(message.data() + 12)};
  // Bit 1 says that the second bitmap is there; bit 65 would say that of a third.
  if ((present[0] & bit_of(1)) == 0 || (present[1] & bit_of(65)) != 0)
    return Unreadable{Flaw::bitmap, 0};
  present[0] &= ~bit_of(1);
  const Bitmaps unknown{present[0] & ~known_fields[0], present[1] & ~known_fields[1]};
  if ((unknown[0] | unknown[1]) != 0) return Unreadable{Flaw::unknown_field, first_field(unknown)};
  const Bitmaps missing{rule->needed[0] & ~present[0], rule->needed[1] & ~present[1]};
  if ((missing[0] | missing[1]) != 0) return Unreadable{Flaw::missing_field, first_field(missing)};

  Message result;
  result.type_ = type;
  result.bytes_ = message.data();
  std::size_t at = head_size;
  while ((present[0] | present[1]) != 0) {
    const std::uint8_t number = first_field(present);
    present[word_of(number)] &= ~bit_of(number);
    const std::size_t slot = detail::slots[number];
    const FieldRule& field = field_table[slot];
    std::size_t size = field.size;
    if (field.format == Format::llvar) {
      if (message.size() - at < 2) return Unreadable{Flaw::truncated, number};
      if (!all_digits(message.data() + at, 2)) return Unreadable{Flaw::field_length, number};
      size = number_in(message.substr(at, 2));
      if (size == 0 || size > field.size) return Unreadable{Flaw::field_length, number};
      at += 2;
    }
    if (message.size() - at < size) return Unreadable{Flaw::truncated, number};
    if (!in_format(field.format, message.substr(at, size)))
      return Unreadable{Flaw::characters, number};
    result.places_[slot] = {static_cast<std::uint16_t>(at), static_cast<std::uint16_t>(size)};
    at += size;
  }
  if (at != message.size()) return Unreadable{Flaw::trailing, 0};
  return result;
}

Result<std::optional<std::string_view>, Unreadable> next_message(std::string_view received) {
  if (received.size() < length_size) return std::optional<std::string_view>();
  const std::size_t size = static_cast<std::size_t>(static_cast<unsigned char>(received[0])) << 8U |
                           static_cast<unsigned char>(received[1]);
  if (size < head_size || size > frame_size_max - length_size) return Unreadable{Flaw::size, 0};
  if (received.size() - length_size < size) return std::optional<std::string_view>();
  return std::optional(received.substr(length_size, size));
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

Writer::Writer(std::span<char, frame_size_max> buffer, MessageType type)
    : begin_(buffer.data()), end_(buffer.data() + length_size + head_size) {
  auto number = static_cast<unsigned>(type);
  for (char* digit = begin_ + length_size + 4; digit != begin_ + length_size; number /= 10)
    *--digit = static_cast<char>('0' + number % 10);
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
  write_word(begin_ + length_size + 4, bitmaps_[0]);
  write_word(begin_ + length_size + 12, bitmaps_[1]);
  const auto size = static_cast<std::size_t>(end_ - begin_);
  begin_[0] = static_cast<char>((size - length_size) >> 8U);
  begin_[1] = static_cast<char>((size - length_size) & 0xFFU);
  return size;
}

}  // namespace spillway::net::iso8583
