#include "net/text/password_text.hpp"

#include <array>

#include <utf8proc.h>

#include "engine/account/limits.hpp"
#include "engine/base/utf8.hpp"

namespace spillway::net {

namespace {

// A character becomes four at most when it is taken apart (Unicode TR15, table 2.1), and one byte
// is written behind the last.
using CodePoints = std::array<utf8proc_int32_t, 4 * limits::password_max + 1>;

utf8proc_int32_t plain_space(utf8proc_int32_t code_point, void*) {
  return utf8proc_category(code_point) == UTF8PROC_CATEGORY_ZS ? U' ' : code_point;
}

// The form, in the memory of `points`; nothing when it does not fit.
std::optional<std::string_view> normalized(std::string_view text, CodePoints& points) {
  constexpr auto composed = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE);
  const auto room = static_cast<utf8proc_ssize_t>(points.size() - 1);
  const utf8proc_ssize_t count =
      utf8proc_decompose_custom(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                static_cast<utf8proc_ssize_t>(text.size()), points.data(), room,
                                composed, plain_space, nullptr);
  if (count < 0 || count > room) return std::nullopt;
  const utf8proc_ssize_t size = utf8proc_reencode(points.data(), count, composed);
  if (size < 0) return std::nullopt;
  return std::string_view(reinterpret_cast<const char*>(points.data()),
                          static_cast<std::size_t>(size));
}

}  // namespace

std::optional<Password> opaque_password(std::string_view text) {
  if (is_longer_than(text, limits::password_max)) return std::nullopt;
  CodePoints points;
  const auto form = normalized(text, points);
  std::optional<Password> password;
  if (form && !is_longer_than(*form, limits::password_max)) password.emplace(*form);
  wipe(points.data(), sizeof points);
  return password;
}

std::optional<GivenPassword> given_password(std::string_view text) {
  const auto password = opaque_password(text);
  if (!password) return std::nullopt;
  GivenPassword given{*password, std::nullopt};
  if (password->view() != text) given.as_sent.emplace(text);
  return given;
}

}  // namespace spillway::net
