#include "engine/order/authorization.hpp"

#include <array>

#include "engine/base/base32.hpp"
#include "engine/base/invariants.hpp"
#include "engine/base/limits.hpp"

namespace spillway {

namespace {

constexpr std::size_t number_symbols = 8;
constexpr std::size_t attempt_symbols = 3;
constexpr std::uint8_t systems = 32;

static_assert(limits::order_number_max >> (5 * number_symbols) == 0);
static_assert(limits::attempts_max >> (5 * attempt_symbols) == 0);

bool has_reference(std::uint64_t order, std::uint64_t attempt) {
  return order >= 1 && order <= limits::order_number_max && attempt >= 1 &&
         attempt <= limits::attempts_max;
}

std::optional<std::uint64_t> read_symbols(std::string_view text) {
  std::uint64_t number = 0;
  for (const char symbol : text) {
    const std::uint8_t value = base32::value_of(symbol);
    if (value == base32::not_a_symbol) return std::nullopt;
    number = number << 5 | value;
  }
  return number;
}

}  // namespace

Answer answer_of(const ResponseCode& code) {
  const std::string_view text = code.view();
  if (text == "00") return Answer::usable;
  if (text == "01" || text == "02") return Answer::exceeds_ceiling;
  if (text == "91" || text == "96" || text == "68") return Answer::come_back_later;
  return Answer::unusable;
}

std::string_view to_text(Answer answer) {
  switch (answer) {
    case Answer::none:
      return "none";
    case Answer::usable:
      return "usable";
    case Answer::unusable:
      return "unusable";
    case Answer::exceeds_ceiling:
      return "exceeds_ceiling";
    case Answer::come_back_later:
      return "come_back_later";
    case Answer::held_unlike:
      return "held_unlike";
    case Answer::no_verdict:
      return "no_verdict";
  }
  stop_process("an answer has an unknown value", __FILE__, __LINE__);
}

std::optional<std::string_view> told_answer(Answer answer) {
  switch (answer) {
    case Answer::none:
    case Answer::come_back_later:
    case Answer::no_verdict:
      return std::nullopt;
    case Answer::held_unlike:
      return to_text(Answer::unusable);
    case Answer::usable:
    case Answer::unusable:
    case Answer::exceeds_ceiling:
      return to_text(answer);
  }
  stop_process("an answer has an unknown value", __FILE__, __LINE__);
}

Reference make_reference(std::uint8_t system, OrderNumber order, Attempt attempt) {
  SPILLWAY_CHECK(system < systems, "a system's number does not fit a reference");
  SPILLWAY_CHECK(has_reference(order.value, attempt.value),
                 "an order's number or attempt does not fit a reference");
  std::array<char, 12> text{};
  base32::write(system, 1, text.data());
  base32::write(order.value, number_symbols, text.data() + 1);
  base32::write(attempt.value, attempt_symbols, text.data() + 1 + number_symbols);
  return Reference(std::string_view(text.data(), text.size()));
}

std::optional<ReferenceParts> parse_reference(const Reference& reference) {
  const std::string_view text = reference.view();
  if (text.size() != 1 + number_symbols + attempt_symbols) return std::nullopt;
  const auto system = read_symbols(text.substr(0, 1));
  const auto order = read_symbols(text.substr(1, number_symbols));
  const auto attempt = read_symbols(text.substr(1 + number_symbols));
  if (!system || !order || !attempt || !has_reference(*order, *attempt)) return std::nullopt;
  return ReferenceParts{static_cast<std::uint8_t>(*system), OrderNumber{*order},
                        Attempt{static_cast<std::uint16_t>(*attempt)}};
}

std::uint32_t make_stan(OrderNumber order, Attempt attempt) {
  // Orders in sequence get numbers in sequence; a new attempt lands far from its neighbours', so
  // that those on their way at the same time differ. The stride has no factor in common with the
  // modulus.
  constexpr std::uint64_t modulus = 999'999;
  constexpr std::uint64_t stride = 618'034;
  return static_cast<std::uint32_t>((order.value % modulus + attempt.value * stride) % modulus + 1);
}

}  // namespace spillway
