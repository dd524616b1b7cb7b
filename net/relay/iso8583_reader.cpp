// Reading an ISO 8583 message.
#include <algorithm>
#include <array>

#include "net/relay/iso8583.hpp"
#include "net/relay/iso8583_parts.hpp"

namespace spillway::net::iso8583 {
namespace {

// Without the needed fields a message says nothing that can be acted on. The strict ones are acted
// on where they are there: they are right, or the message cannot be read. Any other is absent when
// it is not in its format.
struct TypeRule {
  MessageType type{};
  Bitmaps needed{};
  Bitmaps strict{};
};
constexpr Bitmaps all_of_profile = [] {
  Bitmaps result{};
  for (const FieldRule& rule : field_table) {
    const auto number = static_cast<std::size_t>(rule.field);
    result[word_of(number)] |= bit_of(number);
  }
  return result;
}();
constexpr Bitmaps request_needs =
    bitmaps_of({Field::card_number, Field::processing_code, Field::amount, Field::transmission_time,
                Field::stan, Field::reference, Field::currency});
constexpr Bitmaps reversal_needs = bitmaps_of(
    {Field::amount, Field::transmission_time, Field::stan, Field::reference, Field::currency});
constexpr Bitmaps response_needs = bitmaps_of({Field::reference});
constexpr Bitmaps response_says =
    bitmaps_of({Field::amount, Field::reference, Field::response_code, Field::currency});
constexpr std::array type_table{
    TypeRule{MessageType::authorization_request, request_needs, all_of_profile},
    TypeRule{MessageType::authorization_repeat, request_needs, all_of_profile},
    TypeRule{MessageType::authorization_response, response_needs, response_says},
    TypeRule{MessageType::reversal_request, reversal_needs, all_of_profile},
    TypeRule{MessageType::reversal_repeat, reversal_needs, all_of_profile},
    TypeRule{MessageType::reversal_response, response_needs, response_says},
    TypeRule{MessageType::network_request, {}, {}},
    TypeRule{MessageType::network_repeat, {}, {}},
    TypeRule{MessageType::network_response, {}, {}},
};

// What is wrong with a field of the profile that is there.
std::optional<Flaw> flaw_of(const FieldRule& rule, std::string_view text) {
  if (rule.format == Format::llvar && (text.empty() || text.size() > rule.size))
    return Flaw::field_length;
  return in_format(rule.format, text) ? std::nullopt : std::optional(Flaw::characters);
}

}  // namespace

class MessageReader {
 public:
  MessageReader(std::string_view frame, const Dialect& dialect) : frame_(frame), dialect_(dialect) {
    message_.bytes_ = frame.data();
  }

  // Finds the fields' places, as far as that goes.
  std::optional<Unreadable> find_fields() {
    std::size_t at = dialect_.header.size();
    if (frame_.size() < at + type_size + bitmap_size) return Unreadable{Flaw::truncated, 0, 0};
    if (!all_digits(frame_.substr(at, type_size))) return Unreadable{Flaw::type, 0, 0};
    type_ = static_cast<std::uint16_t>(number_in(frame_.substr(at, type_size)));
    message_.type_ = static_cast<MessageType>(type_);
    at += type_size;
    present_[0] = read_word(frame_.data() + at);
    at += bitmap_size;
    if ((present_[0] & bit_of(1)) != 0) {
      if (frame_.size() < at + bitmap_size) return flaw(Flaw::truncated);
      present_[0] &= ~bit_of(1);
      present_[1] = read_word(frame_.data() + at);
      at += bitmap_size;
    }
    for (Bitmaps left = present_; (left[0] | left[1]) != 0;) {
      const std::uint8_t number = first_field(left);
      left[word_of(number)] &= ~bit_of(number);
      if (const auto wrong = find_field(number, at)) return flaw(*wrong, number);
    }
    if (at != frame_.size()) return flaw(Flaw::trailing);
    return std::nullopt;
  }

  std::optional<Unreadable> check_fields() {
    const auto* rule = std::ranges::find(type_table, message_.type_, &TypeRule::type);
    if (rule == type_table.end()) return flaw(Flaw::type);
    const Bitmaps missing{rule->needed[0] & ~present_[0], rule->needed[1] & ~present_[1]};
    if ((missing[0] | missing[1]) != 0) return flaw(Flaw::missing_field, first_field(missing));
    return drop_ill_formed(rule->strict);
  }

  std::optional<Unreadable> drop_ill_formed(const Bitmaps& strict) {
    for (const FieldRule& rule : field_table) {
      const auto number = static_cast<std::uint8_t>(rule.field);
      Message::Place& place = message_.places_[detail::slots[number]];
      if (place.at == 0) continue;
      const auto wrong = flaw_of(rule, frame_.substr(place.at, place.size));
      if (!wrong) continue;
      if ((strict[word_of(number)] & bit_of(number)) != 0) return flaw(*wrong, number);
      place = {};
    }
    return std::nullopt;
  }

  bool has_type() const { return type_ != 0; }
  const Message& message() const { return message_; }

 private:
  Unreadable flaw(Flaw what, std::uint8_t field = 0) const { return {what, field, type_}; }

  std::optional<Flaw> find_field(std::uint8_t number, std::size_t& at) {
    const FieldLength& length = dialect_.lengths[number];
    std::size_t size = length.size;
    if (length.kind != LengthKind::fixed) {
      const std::size_t digits = length.kind == LengthKind::llvar ? 2 : 3;
      if (frame_.size() - at < digits) return Flaw::truncated;
      if (!all_digits(frame_.substr(at, digits))) return Flaw::field_length;
      size = number_in(frame_.substr(at, digits));
      at += digits;
    }
    if (frame_.size() - at < size) return Flaw::truncated;
    if (const std::size_t slot = detail::slots[number]; slot != detail::no_slot)
      message_.places_[slot] = {static_cast<std::uint16_t>(at), static_cast<std::uint16_t>(size)};
    at += size;
    return std::nullopt;
  }

  std::string_view frame_;
  const Dialect& dialect_;
  Message message_;
  std::uint16_t type_ = 0;
  Bitmaps present_{};
};

Result<Message, Unreadable> decode(std::string_view message, const Dialect& dialect) {
  MessageReader reader(message, dialect);
  if (const auto flaw = reader.find_fields()) return *flaw;
  if (const auto flaw = reader.check_fields()) return *flaw;
  return reader.message();
}

std::optional<Message> readable_part(std::string_view message, const Dialect& dialect) {
  MessageReader reader(message, dialect);
  reader.find_fields();
  if (!reader.has_type()) return std::nullopt;
  reader.drop_ill_formed({});
  return reader.message();
}

Result<std::optional<std::string_view>, Unreadable> next_message(std::string_view received,
                                                                 std::size_t size_max) {
  if (received.size() < length_size) return std::optional<std::string_view>();
  const std::size_t size = static_cast<std::size_t>(static_cast<unsigned char>(received[0])) << 8U |
                           static_cast<unsigned char>(received[1]);
  if (size > size_max) return Unreadable{Flaw::size, 0, 0};
  if (received.size() - length_size < size) return std::optional<std::string_view>();
  return std::optional(received.substr(length_size, size));
}

}  // namespace spillway::net::iso8583
