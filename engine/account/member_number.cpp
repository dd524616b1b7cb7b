#include "engine/account/member_number.hpp"

#include "engine/account/limits.hpp"
#include "engine/base/base32.hpp"
#include "engine/base/invariants.hpp"
#include "engine/base/keyed_permutation.hpp"

namespace spillway {

namespace {

constexpr int permuted_bits = 40;
constexpr std::size_t data_symbols = 8;
using Permutation = KeyedPermutation<permuted_bits>;

static_assert(data_symbols * 5 == permuted_bits);
// The mark of the era stands above the id.
constexpr int id_bits = 25;
static_assert(std::uint64_t{limits::members_max} >> id_bits == 0);
static_assert(std::uint64_t{MemberEra::mark_max} << id_bits >> permuted_bits == 0);

// 'M' the letter, '-' the hyphen, 's' a symbol.
constexpr std::string_view layout = "M-ssss-ssss-s";
static_assert(layout.size() == MemberNumbers::length);

}  // namespace

std::uint64_t MemberNumbers::marked(MemberId id) const {
  std::uint64_t mark = 0;
  for (const MemberEra& era : eras_)
    if (era.first.value <= id.value) mark = era.mark;
  return mark << id_bits | id.value;
}

std::string MemberNumbers::encode(MemberId id) const {
  SPILLWAY_CHECK(id.value >= 1 && id.value <= limits::members_max,
                 "a member's id does not fit a membership number");
  char symbols[data_symbols + 1];
  base32::write(Permutation(key_).apply(marked(id)), data_symbols, symbols);
  base32::Check check;
  for (std::size_t i = 0; i < data_symbols; ++i) check.take(base32::value_of(symbols[i]));
  symbols[data_symbols] = base32::symbols[check.symbol()];

  std::string text(layout);
  const char* next = symbols;
  for (char& place : text)
    if (place == 's') place = *next++;
  return text;
}

std::optional<MemberId> MemberNumbers::decode(std::string_view text) const {
  if (!has_layout(text)) return std::nullopt;
  std::uint64_t permuted = 0;
  base32::Check check;
  for (std::size_t i = 0; i + 1 < layout.size(); ++i) {
    if (layout[i] != 's') continue;
    const std::uint8_t value = base32::read_leniently(text[i]);
    check.take(value);
    permuted = permuted << 5 | value;
  }
  if (base32::read_leniently(text.back()) != check.symbol()) return std::nullopt;
  const std::uint64_t number = Permutation(key_).undo(permuted);
  const MemberId id{static_cast<std::uint32_t>(number & ((1ULL << id_bits) - 1))};
  if (id.value == 0 || id.value > limits::members_max || marked(id) != number) return std::nullopt;
  return id;
}

bool MemberNumbers::has_layout(std::string_view text) {
  if (text.size() != length) return false;
  for (std::size_t i = 0; i < length; ++i) {
    const bool fits = layout[i] == 's'
                          ? base32::read_leniently(text[i]) != base32::not_a_symbol
                          : text[i] == layout[i] || (layout[i] == 'M' && text[i] == 'm');
    if (!fits) return false;
  }
  return true;
}

}  // namespace spillway
