#include "net/api/common/list_query.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <vector>

#include <simdjson.h>

#include "engine/account/member.hpp"
#include "engine/base/characters.hpp"
#include "engine/base/utf8.hpp"
#include "engine/order/limits.hpp"
#include "net/text/field_reader.hpp"
#include "net/text/timestamp.hpp"

namespace spillway::net {

namespace {

constexpr std::size_t email_max = 254;  // RFC 5321 4.5.3.1
constexpr std::size_t member_max = 64;

Error not_good(std::string_view name, const std::string& what) {
  return Error{"\"" + std::string(name) + "\" " + what};
}

template <class Number>
Result<void> read_number(std::string_view name, const std::string& value, Number least, Number most,
                         Number& out) {
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), out);
  if (error == std::errc{} && end == value.data() + value.size() && out >= least && out <= most)
    return {};
  return not_good(name,
                  "must be from " + std::to_string(least) + " to " + std::to_string(most) + ".");
}

Result<void> read_words(std::string_view name, const std::string& value, std::size_t most,
                        std::optional<std::string>& out) {
  if (!simdjson::validate_utf8(value.data(), value.size()) || is_longer_than(value, most) ||
      has_control_character(value))
    return not_good(name, "must be at most " + std::to_string(most) +
                              " characters of UTF-8 without control characters.");
  out = value;
  return {};
}

Result<void> read_limit(const std::string& value, std::size_t& out) {
  return read_number<std::size_t>("limit", value, 1, limits::list_page_max, out);
}

Result<void> read_status(const std::string& value, std::optional<Status>& out) {
  out = status_from(value);
  if (!out) return not_good("status", "is not a status of an order.");
  return {};
}

Result<void> read_after(const std::string& value, const OrderCodes& codes, OrderNumber& out) {
  const auto number = codes.decode(value);
  if (!number) return not_good("after", "is not an order code.");
  out = *number;
  return {};
}

Result<void> read_time(std::string_view name, const std::string& value,
                       std::optional<Timestamp>& out) {
  // A plus that the client did not encode has become a space, which is in no time.
  std::string text = value;
  std::ranges::replace(text, ' ', '+');
  out = timestamp_from(text);
  if (!out) return not_good(name, "must be a time of RFC 3339 like 2026-11-21T09:00:00Z.");
  return {};
}

template <class Number>
Result<void> read_wanted(std::string_view name, const std::string& value, Number least, Number most,
                         std::optional<Number>& out) {
  Number number{};
  if (auto read = read_number(name, value, least, most, number); !read) return read;
  out = number;
  return {};
}

// Each parameter that has a value, once: `read(name, value)`. The error names the one that is
// wrong.
template <class Names, class Read>
Result<void> read_query(std::string_view query, const Names& names, Read read) {
  std::vector<bool> seen(names.size());
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const auto name = std::ranges::find(names, pair.substr(0, equals));
    if (name == names.end()) return unknown_parameter(pair.substr(0, equals));
    const auto place = static_cast<std::size_t>(name - names.begin());
    if (seen[place]) return not_good(*name, "stands twice.");
    seen[place] = true;
    const auto value = percent_decoded(pair.substr(std::min(equals + 1, pair.size())));
    if (!value) return not_good(*name, "holds a broken escape.");
    if (value->empty()) continue;
    if (auto good = read(*name, *value); !good) return good;
  }
  return {};
}

int hexadecimal(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

Error unknown_parameter(std::string_view name) {
  constexpr std::size_t name_max = 32;
  const bool sayable = !name.empty() && name.size() <= name_max &&
                       std::ranges::all_of(name, [](char c) { return is_letter(c) || c == '_'; });
  return Error{sayable ? "There is no parameter \"" + std::string(name) + "\"."
                       : "There is an unknown parameter."};
}

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded.push_back(text[i] == '+' ? ' ' : text[i]);
      continue;
    }
    if (text.size() - i < 3) return std::nullopt;
    const int high = hexadecimal(text[i + 1]);
    const int low = hexadecimal(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    decoded.push_back(static_cast<char>(high * 16 + low));
    i += 2;
  }
  return decoded;
}

Result<OrderFilter> read_list_query(std::string_view query, const OrderCodes& codes) {
  static constexpr std::array<std::string_view, 4> names{"status", "reference", "after", "limit"};
  OrderFilter filter;
  filter.limit = limits::list_page_default;
  const auto read = [&](std::string_view name, const std::string& value) -> Result<void> {
    if (name == "status") return read_status(value, filter.status);
    if (name == "reference")
      return read_words(name, value, limits::order_reference_max, filter.reference);
    if (name == "after") return read_after(value, codes, filter.before);
    return read_limit(value, filter.limit);
  };
  if (const auto good = read_query(query, names, read); !good) return good.error();
  return filter;
}

Result<OrderSearch> read_order_search(std::string_view query, const OrderCodes& codes) {
  static constexpr std::array<std::string_view, 10> names{
      "status", "reference", "member", "email", "from", "to", "amount", "shop", "after", "limit"};
  OrderSearch search;
  search.limit = limits::list_page_default;
  std::optional<std::uint32_t> shop;
  const auto read = [&](std::string_view name, const std::string& value) -> Result<void> {
    if (name == "status") return read_status(value, search.status);
    if (name == "reference")
      return read_words(name, value, limits::order_reference_max, search.reference);
    if (name == "member") return read_words(name, value, member_max, search.member);
    if (name == "email") return read_words(name, value, email_max, search.email);
    if (name == "from") return read_time(name, value, search.from);
    if (name == "to") return read_time(name, value, search.to);
    if (name == "amount")
      return read_wanted<std::int64_t>(name, value, 0, std::numeric_limits<std::int64_t>::max(),
                                       search.amount);
    if (name == "shop")
      return read_wanted<std::uint32_t>(name, value, 1, std::numeric_limits<std::uint32_t>::max(),
                                        shop);
    if (name == "after") return read_after(value, codes, search.before);
    return read_limit(value, search.limit);
  };
  if (const auto good = read_query(query, names, read); !good) return good.error();
  if (shop) search.shop = ShopId{*shop};
  if (search.email) search.email = fold_mail_address(*search.email);
  return search;
}

Result<NumberedPage> read_numbered_page(std::string_view query) {
  static constexpr std::array<std::string_view, 2> names{"after", "limit"};
  NumberedPage page{0, limits::list_page_default};
  const auto read = [&](std::string_view name, const std::string& value) -> Result<void> {
    if (name == "limit") return read_limit(value, page.limit);
    return read_number<std::uint64_t>(name, value, 0, std::numeric_limits<std::uint64_t>::max(),
                                      page.after);
  };
  if (const auto good = read_query(query, names, read); !good) return good.error();
  return page;
}

}  // namespace spillway::net
