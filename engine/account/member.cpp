#include "engine/account/member.hpp"

#include <algorithm>

#include "engine/account/limits.hpp"
#include "engine/base/base32.hpp"
#include "engine/base/characters.hpp"
#include "engine/base/utf8.hpp"

namespace spillway {

namespace {

char fold(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

bool same_folded(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, fold, fold);
}

}  // namespace

bool is_telephone(std::string_view text) {
  if (text.size() > limits::telephone_max) return false;
  if (text.starts_with('+')) text.remove_prefix(1);
  std::size_t digits = 0;
  char before = ' ';  // nor does a separator stand at the beginning
  for (const char c : text) {
    if (is_digit(c)) {
      ++digits;
    } else if (c == '(') {
      if (before == '(') return false;
    } else if (c == ')') {
      if (!is_digit(before)) return false;
    } else if (c == ' ' || c == '-' || c == '.') {
      if (!is_digit(before) && before != ')') return false;
    } else {
      return false;
    }
    before = c;
  }
  return digits >= 6 && digits <= 15 && is_digit(before) &&
         std::ranges::count(text, '(') == std::ranges::count(text, ')');
}

bool is_date_of_birth(std::string_view text, std::chrono::sys_days today) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  const auto number = [&](std::size_t from, std::size_t count) {
    int value = 0;
    for (std::size_t i = from; i < from + count; ++i)
      value = is_digit(text[i]) && value >= 0 ? value * 10 + (text[i] - '0') : -1;
    return value;
  };
  const int year = number(0, 4);
  const int month = number(5, 2);
  const int day = number(8, 2);
  if (year < 1900 || month < 1 || day < 1) return false;
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  return date.ok() && std::chrono::sys_days(date) <= today;
}

std::string fold_mail_address(std::string_view address) {
  std::string folded(address);
  std::ranges::transform(folded, folded.begin(), fold);
  return folded;
}

std::string_view to_text(PasswordFlaw flaw) {
  switch (flaw) {
    case PasswordFlaw::short_:
      return "must have at least 10 characters";
    case PasswordFlaw::long_:
      return "must have at most 128 characters";
    case PasswordFlaw::known:
      return "must not be the member's name, mail address or membership number";
    case PasswordFlaw::none:
      break;
  }
  return {};
}
static_assert(limits::password_characters_min == 10 && limits::password_max == 128);

PasswordFlaw password_flaw(std::string_view password, std::string_view number,
                           const MemberProfile& profile) {
  if (characters(password) < limits::password_characters_min) return PasswordFlaw::short_;
  if (is_longer_than(password, limits::password_max)) return PasswordFlaw::long_;
  for (const std::string_view known :
       {number, std::string_view(profile.email), std::string_view(profile.name)})
    if (same_folded(password, known)) return PasswordFlaw::known;
  return PasswordFlaw::none;
}

void write_initial_password(const std::array<unsigned char, 10>& chance, char* out) {
  constexpr std::size_t half_bytes = 5;  // 40 bits, 8 symbols
  for (std::size_t half = 0; half < 2; ++half) {
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < half_bytes; ++i) bits = bits << 8 | chance[half * half_bytes + i];
    char* const group = out + half * 10;
    base32::write(bits >> 20, 4, group);
    group[4] = '-';
    base32::write(bits, 4, group + 5);
  }
  out[9] = '-';
}

void open_session(std::vector<MemberSession>& sessions, const MemberSession& opened,
                  Timestamp now) {
  std::erase_if(sessions, [&](const MemberSession& session) { return session.expires_at <= now; });
  if (sessions.size() >= limits::member_sessions_max) sessions.erase(sessions.begin());
  sessions.push_back(opened);
}

}  // namespace spillway
