// The messages on the wire to a relay centre: a profile of ISO 8583:1987. This file knows the form
// and not the meaning; docs/relay-protocol.md is the full text.
//
//   frame   := length(2, big-endian, of what follows) [header message]
//   message := type(4, ASCII digits) bitmap(8 bytes; bit 1 set: 16) field*, in ascending order
//   field   := n:   digits, right-justified, filled with zeros
//              an:  letters and digits, left-justified, filled with spaces
//              ans: printable ASCII, left-justified, filled with spaces
//              llvar: length(2, ASCII digits) digits
//
// Reading is strict about the fields that somebody acts on, and passes over all others that the
// standard has, by their lengths. A message that cannot be read is that message's fault alone: its
// frame says where the next one begins. A frame of no bytes says that the line is alive.
//
// Example, a heartbeat of 2026-11-21 22:05:00 UTC with STAN 42:
//   00 2F  "0800"  82200001 00000000 04000000 00000000  "1121220500" "000042" "06" "123456" "301"
//   where the bitmaps name the fields 1, 7, 11, 32 and 70.
//
// Plain functions over the caller's memory: nothing is allocated, nothing is copied on reading.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/base/result.hpp"
#include "engine/pacing/limits.hpp"
#include "net/relay/iso8583_dialect.hpp"

namespace spillway::net::iso8583 {

// The number is the message type as four digits.
enum class MessageType : std::uint16_t {
  authorization_request = 100,
  authorization_repeat = 101,
  authorization_response = 110,
  reversal_request = 400,
  reversal_repeat = 401,
  reversal_response = 410,
  network_request = 800,
  network_repeat = 801,
  network_response = 810,
};

// The number is the field's number in ISO 8583:1987.
enum class Field : std::uint8_t {
  card_number = 2,
  processing_code = 3,
  amount = 4,
  transmission_time = 7,  // MMDDhhmmss, UTC
  stan = 11,
  local_time = 12,  // hhmmss
  local_date = 13,  // MMDD
  expiry = 14,      // YYMM
  merchant_category = 18,
  entry_mode = 22,
  condition_code = 25,
  acquirer = 32,
  reference = 37,
  approval_code = 38,
  response_code = 39,
  terminal = 41,
  merchant = 42,
  currency = 49,
  network_code = 70,
  original_elements = 90,
};

// Field 70.
namespace network_code {
constexpr std::string_view sign_on = "001";
constexpr std::string_view sign_off = "002";
constexpr std::string_view echo = "301";
}  // namespace network_code

enum class Format : std::uint8_t { n, an, ans, llvar };

struct FieldRule {
  Field field{};
  Format format{};
  std::uint8_t size = 0;  // characters; of an llvar the most
  std::string_view name;
};

constexpr std::array field_table{
    FieldRule{Field::card_number, Format::llvar, 19, "primary account number"},
    FieldRule{Field::processing_code, Format::n, 6, "processing code"},
    FieldRule{Field::amount, Format::n, 12, "amount"},
    FieldRule{Field::transmission_time, Format::n, 10, "transmission date and time"},
    FieldRule{Field::stan, Format::n, 6, "system trace audit number"},
    FieldRule{Field::local_time, Format::n, 6, "local time"},
    FieldRule{Field::local_date, Format::n, 4, "local date"},
    FieldRule{Field::expiry, Format::n, 4, "expiration date"},
    FieldRule{Field::merchant_category, Format::n, 4, "merchant type"},
    FieldRule{Field::entry_mode, Format::n, 3, "entry mode"},
    FieldRule{Field::condition_code, Format::n, 2, "condition code"},
    FieldRule{Field::acquirer, Format::llvar, 11, "acquiring institution"},
    FieldRule{Field::reference, Format::an, 12, "retrieval reference number"},
    FieldRule{Field::approval_code, Format::ans, 6, "approval code"},
    FieldRule{Field::response_code, Format::an, 2, "response code"},
    FieldRule{Field::terminal, Format::ans, 8, "terminal"},
    FieldRule{Field::merchant, Format::ans, 15, "merchant"},
    FieldRule{Field::currency, Format::n, 3, "currency"},
    FieldRule{Field::network_code, Format::n, 3, "network management code"},
    FieldRule{Field::original_elements, Format::n, 42, "original data elements"},
};

constexpr std::size_t length_size = 2;
constexpr std::size_t type_size = 4;
constexpr std::size_t bitmap_size = 8;

// A frame with every field at its longest: what a buffer for one that we write must hold.
constexpr std::size_t frame_size_max = [] {
  std::size_t size = length_size + header_size_max + type_size + 2 * bitmap_size;
  for (const FieldRule& rule : field_table)
    size += rule.size + (rule.format == Format::llvar ? 2U : 0U);
  return size;
}();
static_assert(frame_size_max <= limits::relay_message_max);

// What follows a length at most: each field of the standard at its longest. A length beyond it is
// none, so the frames are out of step.
constexpr std::size_t message_size_max = [] {
  std::size_t size = header_size_max + type_size + 2 * bitmap_size;
  for (const FieldLength& length : standard_lengths)
    size += length.kind == LengthKind::fixed   ? length.size
            : length.kind == LengthKind::llvar ? 2U + 99U
                                               : 3U + 999U;
  return size;
}();

// Why a message cannot be read, or a length cannot be one. `size` concerns the frames; everything
// else is one message's fault.
enum class Flaw : std::uint8_t {
  size,           // the length is none that a message can have
  type,           // no message type of the profile
  missing_field,  // the message type needs it
  truncated,      // the message ends within the field; 0: within the type and the bitmaps
  characters,     // not those of the field's format
  field_length,   // a variable field's length is no number, 0, or beyond the field's most
  trailing,       // bytes after the last field
};
constexpr std::size_t flaws = 7;
std::string_view to_text(Flaw flaw);  // "missing_field"

// Holds nothing of the message but numbers.
struct Unreadable {
  Flaw flaw{};
  std::uint8_t field = 0;
  std::uint16_t type = 0;  // the message type as a number; 0 when that could not be read
  friend bool operator==(const Unreadable&, const Unreadable&) = default;
};
// "0110: field 39 (response code) holds a character that its format does not have"
std::string to_text(const Unreadable& unreadable);

namespace detail {
constexpr std::uint8_t no_slot = 0xFF;
constexpr std::array<std::uint8_t, 129> slots = [] {
  std::array<std::uint8_t, 129> result{};
  result.fill(no_slot);
  for (std::size_t i = 0; i < field_table.size(); ++i)
    result[static_cast<std::size_t>(field_table[i].field)] = static_cast<std::uint8_t>(i);
  return result;
}();
constexpr std::size_t slot_of(Field field) {
  return slots[static_cast<std::size_t>(field)];
}
}  // namespace detail

// A message that was read; its texts lie in the bytes it was read from and live as long as those.
class Message {
 public:
  MessageType type() const { return type_; }
  bool has(Field field) const { return places_[detail::slot_of(field)].size != 0; }

  // As it stands in the message, filling included, an llvar without its length; empty when absent.
  // What is not in the field's format is absent, too.
  std::string_view operator[](Field field) const {
    const Place place = places_[detail::slot_of(field)];
    return {bytes_ + place.at, place.size};
  }

 private:
  friend class MessageReader;
  struct Place {
    std::uint16_t at = 0;
    std::uint16_t size = 0;
  };

  MessageType type_{};
  const char* bytes_ = nullptr;
  std::array<Place, field_table.size()> places_{};
};

// Reads what a frame holds. An error: the type is none of ours, a field that the type needs is
// missing, one that is acted on is not in its format, or the message does not end with its last
// field.
Result<Message, Unreadable> decode(std::string_view message,
                                   const Dialect& dialect = standard_dialect);

// Of a message that decode refuses: its type, and the fields before the flaw that are in their
// format. Nothing where not even the type can be read.
std::optional<Message> readable_part(std::string_view message,
                                     const Dialect& dialect = standard_dialect);

// What the first frame of `received` holds, without its length: a message, or no bytes, which only
// says that the line is alive. Nothing while it is not all there. An error means that no message
// can follow: a length is beyond `size_max`, the line is out of step.
Result<std::optional<std::string_view>, Unreadable> next_message(
    std::string_view received, std::size_t size_max = message_size_max);

// The number that an n field holds; of at most 18 digits.
std::uint64_t number_in(std::string_view digits);

// Without the spaces that fill an an or ans field.
std::string_view without_filling(std::string_view text);

// Writes one frame. Fields come in ascending order; each at most once.
class Writer {
 public:
  // The buffer and the dialect must outlive the writer.
  Writer(std::span<char, frame_size_max> buffer, MessageType type,
         const Dialect& dialect = standard_dialect);

  // An n field takes exactly its digits, an or ans is filled with spaces, an llvar gets its length.
  void text(Field field, std::string_view text);
  void number(Field field, std::uint64_t number);

  // The frame's size; 0 when something given did not fit its field.
  std::size_t finish();

 private:
  const FieldRule& open(Field field);

  const Dialect& dialect_;
  char* begin_;
  char* bitmaps_begin_;
  char* end_;
  std::array<std::uint64_t, 2> bitmaps_{};
  Field last_{};
  bool fits_ = true;
};

}  // namespace spillway::net::iso8583
