#include "engine/card/card.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "engine/base/characters.hpp"
#include "engine/base/invariants.hpp"

namespace spillway {

namespace {

constexpr std::array<std::pair<std::string_view, CardCompany>, 5> companies = {{
    {"VISA", CardCompany::visa},
    {"MASTERCARD", CardCompany::mastercard},
    {"JCB", CardCompany::jcb},
    {"AMEX", CardCompany::amex},
    {"DINERS", CardCompany::diners},
}};

}  // namespace

std::optional<CardCompany> card_company_from(std::string_view name) {
  for (const auto& [text, company] : companies) {
    if (text == name) return company;
  }
  return std::nullopt;
}

std::string_view to_text(CardCompany company) {
  for (const auto& [text, known] : companies) {
    if (known == company) return text;
  }
  stop_process("a card company has an unknown value", __FILE__, __LINE__);
}

std::optional<CardExpiry> card_expiry_from(std::string_view text) {
  if (text.size() != 7 || text[4] != '-') return std::nullopt;
  const auto digit = [&](std::size_t i) { return static_cast<unsigned>(text[i] - '0'); };
  for (const std::size_t i : {0U, 1U, 2U, 3U, 5U, 6U}) {
    if (!is_digit(text[i])) return std::nullopt;
  }
  // A card and its seal know two digits of the year: 20YY.
  if (digit(0) != 2 || digit(1) != 0) return std::nullopt;
  const unsigned month = digit(5) * 10 + digit(6);
  if (month < 1 || month > 12) return std::nullopt;
  return CardExpiry{static_cast<std::uint16_t>(2000 + digit(2) * 10 + digit(3)),
                    static_cast<std::uint8_t>(month)};
}

CardExpiry month_of(Timestamp time) {
  constexpr auto furthest_behind = std::chrono::hours(12);  // UTC-12, the last zone of all
  const std::chrono::year_month_day date(
      std::chrono::floor<std::chrono::days>(time - furthest_behind));
  return {static_cast<std::uint16_t>(static_cast<int>(date.year())),
          static_cast<std::uint8_t>(static_cast<unsigned>(date.month()))};
}

bool luhn_holds(std::string_view digits) {
  if (digits.empty()) return false;
  unsigned sum = 0;
  bool doubled = false;
  for (auto it = digits.rbegin(); it != digits.rend(); ++it, doubled = !doubled) {
    if (!is_digit(*it)) return false;
    const auto digit = static_cast<unsigned>(*it - '0');
    const unsigned weighted = doubled ? digit * 2 : digit;
    sum += weighted > 9 ? weighted - 9 : weighted;
  }
  return sum % 10 == 0;
}

std::optional<CardNumber> CardNumber::from(std::string_view digits) {
  if (digits.size() < 12 || digits.size() > 19 || !luhn_holds(digits)) return std::nullopt;
  std::optional<CardNumber> number(std::in_place);
  std::copy(digits.begin(), digits.end(), number->digits_.begin());
  number->length_ = static_cast<std::uint8_t>(digits.size());
  return number;
}

CardNumber::~CardNumber() {
  wipe(digits_.data(), digits_.size());
}

std::array<char, 4> CardNumber::last_four() const {
  SPILLWAY_CHECK(length_ >= 4, "a card number is empty");
  std::array<char, 4> last{};
  std::copy_n(digits_.begin() + (length_ - 4), 4, last.begin());
  return last;
}

void wipe(void* memory, std::size_t size) {
  if (size == 0) return;  // then there may be no memory at all
  std::memset(memory, 0, size);
  // Says that the bytes may still be read, so that the compiler keeps the writes.
  __asm__ __volatile__("" : : "r"(memory) : "memory");
}

}  // namespace spillway
