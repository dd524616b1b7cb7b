#include "engine/order/order_code.hpp"

#include "engine/base/base32.hpp"
#include "engine/base/invariants.hpp"
#include "engine/base/keyed_permutation.hpp"
#include "engine/base/limits.hpp"

namespace spillway {

namespace {

constexpr int permuted_bits = 55;
constexpr std::size_t data_symbols = 11;
constexpr std::size_t all_symbols = data_symbols + 1;

static_assert(data_symbols * 5 == permuted_bits);
static_assert(limits::order_number_max >> permuted_bits == 0);

using Permutation = KeyedPermutation<permuted_bits>;

}  // namespace

void OrderCodes::encode_to(OrderNumber number, char* out) const {
  SPILLWAY_CHECK(number.value >= 1 && number.value <= limits::order_number_max,
                 "an order's number does not fit an order code");
  std::array<char, all_symbols> text{};
  base32::write(Permutation(key_).apply(number.value), data_symbols, text.data());
  base32::Check check;
  for (std::size_t i = 0; i < data_symbols; ++i) check.take(base32::value_of(text[i]));
  text[data_symbols] = base32::symbols[check.symbol()];
  for (std::size_t i = 0; i < all_symbols; ++i) {
    if (i == 4 || i == 8) *out++ = '-';
    *out++ = text[i];
  }
}

std::string OrderCodes::encode(OrderNumber number) const {
  std::string text(length, ' ');
  encode_to(number, text.data());
  return text;
}

std::optional<OrderNumber> OrderCodes::decode(std::string_view text) const {
  std::uint64_t permuted = 0;
  std::size_t symbols = 0;
  base32::Check check;
  for (const char character : text) {
    if (character == '-') continue;
    const std::uint8_t value = base32::read_leniently(character);
    if (value == base32::not_a_symbol || symbols == all_symbols) return std::nullopt;
    if (++symbols == all_symbols) {
      if (value != check.symbol()) return std::nullopt;
    } else {
      check.take(value);
      permuted = permuted << 5 | value;
    }
  }
  if (symbols != all_symbols) return std::nullopt;
  const std::uint64_t number = Permutation(key_).undo(permuted);
  if (number == 0 || number > limits::order_number_max) return std::nullopt;
  return OrderNumber{number};
}

}  // namespace spillway
