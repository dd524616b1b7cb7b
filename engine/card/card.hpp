// Card details in the clear and sealed. The clear form exists only between the HTTP request's
// memory and the seal, and between the unsealing and the relay line's write; it cannot be printed
// and wipes itself.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/base/ids.hpp"
#include "engine/base/time.hpp"

namespace spillway {

enum class CardCompany : std::uint8_t { visa = 1, mastercard = 2, jcb = 3, amex = 4, diners = 5 };

std::optional<CardCompany> card_company_from(std::string_view name);  // "VISA"
std::string_view to_text(CardCompany company);

// Year and month, both included in the card's life.
struct CardExpiry {
  std::uint16_t year = 0;  // 2028
  std::uint8_t month = 0;  // 1..12
  friend auto operator<=>(const CardExpiry&, const CardExpiry&) = default;
};
std::optional<CardExpiry> card_expiry_from(std::string_view text);  // "2028-12"
CardExpiry month_of(Timestamp time);  // where it is over last, which is in UTC-12

// A primary account number (ISO/IEC 7812): 12 to 19 digits.
class CardNumber {
 public:
  CardNumber() = default;
  // Nothing unless 12 to 19 digits with a right check digit (ISO/IEC 7812-1 annex B, "Luhn").
  static std::optional<CardNumber> from(std::string_view digits);
  ~CardNumber();
  CardNumber(const CardNumber&) = default;
  CardNumber& operator=(const CardNumber&) = default;

  std::string_view digits() const { return {digits_.data(), length_}; }
  std::array<char, 4> last_four() const;

 private:
  std::array<char, 19> digits_{};
  std::uint8_t length_ = 0;
};

bool luhn_holds(std::string_view digits);

struct CardDetails {
  CardNumber number;
  CardExpiry expiry;
};

// Card details under a key epoch, authenticated. 48 bytes: key epoch (4, big-endian), nonce (12),
// ciphertext of 16 (the digits as two a byte, padded with F, then YYMM the same way, then zeros),
// tag (16). Associated data: the shop's number (4, big-endian).
struct SealedCard {
  static constexpr std::size_t size = 48;
  std::array<std::byte, size> bytes{};
  friend bool operator==(const SealedCard&, const SealedCard&) = default;
};

// Thread-safe. `open` gives nothing when the bytes were changed, belong to another shop, or their
// key is not there: not yet, or because its epoch was destroyed.
class CardOpener {
 public:
  virtual ~CardOpener() = default;
  virtual std::optional<CardDetails> open(const SealedCard& sealed, ShopId shop) const = 0;
};

// Seals, too.
class CardSeal : public CardOpener {
 public:
  virtual SealedCard seal(const CardDetails& card, ShopId shop) const = 0;
};

// What may be shown of a card, and the only form in which it appears anywhere.
struct MaskedCard {
  CardCompany company{};
  std::array<char, 4> last_four{'0', '0', '0', '0'};
  friend bool operator==(const MaskedCard&, const MaskedCard&) = default;
};

// Overwrites memory in a way the compiler does not remove.
void wipe(void* memory, std::size_t size);

}  // namespace spillway
