// The permutation is a Feistel network over a left half of 28 and a right half of 27 bits, each
// round changing one half by SipHash-2-4 of the other: keyed, and undone by the same rounds
// backwards. Six rounds; four already make a permutation that chosen codes do not tell from a
// random one (Luby, Rackoff 1988).
#include "engine/order_code.hpp"

#include "engine/base32.hpp"
#include "engine/invariants.hpp"
#include "engine/limits.hpp"
#include "engine/siphash.hpp"

namespace spillway {

namespace {

constexpr int permuted_bits = 55;
constexpr std::size_t data_symbols = 11;
constexpr std::size_t all_symbols = data_symbols + 1;
constexpr int rounds = 6;
constexpr int right_bits = 27;
constexpr std::uint64_t right_mask = (1ULL << right_bits) - 1;
constexpr std::uint64_t left_mask = (1ULL << (permuted_bits - right_bits)) - 1;

static_assert(data_symbols * 5 == permuted_bits);
static_assert(limits::order_number_max >> permuted_bits == 0);

struct Halves {
  std::uint64_t left;
  std::uint64_t right;

  explicit Halves(std::uint64_t number) : left(number >> right_bits), right(number & right_mask) {}
  std::uint64_t joined() const { return left << right_bits | right; }

  void change(const SipHashKey& key, int round) {
    const auto tag = static_cast<std::uint64_t>(round) << 32;
    if (round % 2 == 0) {
      left ^= siphash24(key, tag | right) & left_mask;
    } else {
      right ^= siphash24(key, tag | left) & right_mask;
    }
  }
};

std::uint64_t permute(const SipHashKey& key, std::uint64_t number) {
  Halves halves(number);
  for (int round = 0; round < rounds; ++round) halves.change(key, round);
  return halves.joined();
}

std::uint64_t permute_back(const SipHashKey& key, std::uint64_t number) {
  Halves halves(number);
  for (int round = rounds - 1; round >= 0; --round) halves.change(key, round);
  return halves.joined();
}

// The check symbol makes Σ symbolᵢ · αⁿ⁻ⁱ zero over GF(32), α a generator of its 31 powers: one
// wrong symbol changes the sum, and so does a swap of two different symbols, since no two places
// have the same power.
class Check {
 public:
  void take(std::uint8_t symbol) { sum_ = times_alpha(sum_ ^ symbol); }
  std::uint8_t symbol() const { return sum_; }

 private:
  static std::uint8_t times_alpha(std::uint8_t value) {  // modulo x⁵ + x² + 1
    return static_cast<std::uint8_t>(value & 16 ? (value << 1) ^ 0b100101 : value << 1);
  }
  std::uint8_t sum_ = 0;
};

// As Crockford asks readers to: small letters, and O, I, L for the digits they look like.
std::uint8_t read_leniently(char symbol) {
  if (symbol >= 'a' && symbol <= 'z') symbol = static_cast<char>(symbol - 'a' + 'A');
  if (symbol == 'O') symbol = '0';
  if (symbol == 'I' || symbol == 'L') symbol = '1';
  return base32::value_of(symbol);
}

}  // namespace

void OrderCodes::encode_to(OrderNumber number, char* out) const {
  SPILLWAY_CHECK(number.value >= 1 && number.value <= limits::order_number_max,
                 "an order's number does not fit an order code");
  std::array<char, all_symbols> text{};
  base32::write(permute(key_, number.value), data_symbols, text.data());
  Check check;
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
  Check check;
  for (const char character : text) {
    if (character == '-') continue;
    const std::uint8_t value = read_leniently(character);
    if (value == base32::not_a_symbol || symbols == all_symbols) return std::nullopt;
    if (++symbols == all_symbols) {
      if (value != check.symbol()) return std::nullopt;
    } else {
      check.take(value);
      permuted = permuted << 5 | value;
    }
  }
  if (symbols != all_symbols) return std::nullopt;
  const std::uint64_t number = permute_back(key_, permuted);
  if (number == 0 || number > limits::order_number_max) return std::nullopt;
  return OrderNumber{number};
}

}  // namespace spillway
