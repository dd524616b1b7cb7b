#include "storage/cards/packed_card.hpp"

namespace spillway::storage {

namespace {

constexpr std::size_t digits_max = 19;
constexpr std::size_t expiry_at = (digits_max + 1) / 2;
constexpr unsigned padding = 0xF;

unsigned char two_digits(unsigned number) {
  return static_cast<unsigned char>((number / 10 % 10) << 4 | number % 10);
}

}  // namespace

PackedCard pack(const CardDetails& card) {
  const std::string_view digits = card.number.digits();
  PackedCard packed;
  for (std::size_t i = 0; i <= digits_max; ++i) {
    const unsigned nibble = i < digits.size() ? static_cast<unsigned>(digits[i] - '0') : padding;
    packed.bytes[i / 2] |= static_cast<unsigned char>(i % 2 == 0 ? nibble << 4 : nibble);
  }
  packed.bytes[expiry_at] = two_digits(card.expiry.year);
  packed.bytes[expiry_at + 1] = two_digits(card.expiry.month);
  return packed;
}

std::optional<CardDetails> unpack(const PackedCard& packed) {
  WipedBytes<digits_max + 1> digits;
  std::size_t count = 0;
  for (; count <= digits_max; ++count) {
    const unsigned byte = packed.bytes[count / 2];
    const unsigned nibble = count % 2 == 0 ? byte >> 4 : byte & 0xF;
    if (nibble > 9) break;
    digits.bytes[count] = static_cast<unsigned char>('0' + nibble);
  }
  const auto number = CardNumber::from({reinterpret_cast<const char*>(digits.bytes.data()), count});
  if (!number) return std::nullopt;
  const auto number_of = [](unsigned byte) { return (byte >> 4) * 10 + (byte & 0xF); };
  CardDetails card;
  card.number = *number;
  card.expiry.year = static_cast<std::uint16_t>(2000 + number_of(packed.bytes[expiry_at]));
  card.expiry.month = static_cast<std::uint8_t>(number_of(packed.bytes[expiry_at + 1]));
  return card;
}

}  // namespace spillway::storage
