#include "net/list_query.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <simdjson.h>

#include "engine/limits.hpp"
#include "engine/utf8.hpp"
#include "net/field_reader.hpp"

namespace spillway::net {

namespace {

constexpr std::array<std::string_view, 4> parameter_names{"status", "reference", "after", "limit"};
enum : std::size_t { status_parameter, reference_parameter, after_parameter, limit_parameter };

// Only what looks like a name is said back to the client: digits could be a card's.
Error unknown_parameter(std::string_view name) {
  constexpr std::size_t name_max = 32;
  const bool sayable =
      !name.empty() && name.size() <= name_max && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
      });
  return Error{sayable ? "There is no parameter \"" + std::string(name) + "\"."
                       : "There is an unknown parameter."};
}

Result<void> read_reference(const std::string& value, OrderFilter& filter) {
  if (!simdjson::validate_utf8(value.data(), value.size()) ||
      is_longer_than(value, limits::order_reference_max) || has_control_character(value)) {
    return Error{"\"reference\" must be at most " + std::to_string(limits::order_reference_max) +
                 " characters of UTF-8 without control characters."};
  }
  filter.reference = value;
  return {};
}

Result<void> read_limit(const std::string& value, OrderFilter& filter) {
  std::size_t limit = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), limit);
  if (error != std::errc{} || end != value.data() + value.size() || limit < 1 ||
      limit > limits::list_page_max) {
    return Error{"\"limit\" must be from 1 to " + std::to_string(limits::list_page_max) + "."};
  }
  filter.limit = limit;
  return {};
}

Result<void> read_parameter(std::size_t parameter, const std::string& value,
                            const OrderCodes& codes, OrderFilter& filter) {
  switch (parameter) {
    case status_parameter:
      filter.status = status_from(value);
      if (!filter.status) return Error{"\"status\" is not a status of an order."};
      return {};
    case reference_parameter:
      return read_reference(value, filter);
    case after_parameter: {
      const auto number = codes.decode(value);
      if (!number) return Error{"\"after\" is not an order code."};
      filter.before = *number;
      return {};
    }
    default:
      return read_limit(value, filter);
  }
}

int hexadecimal(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

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
  OrderFilter filter;
  filter.limit = limits::list_page_default;
  std::array<bool, parameter_names.size()> seen{};
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const auto name = std::ranges::find(parameter_names, pair.substr(0, equals));
    if (name == parameter_names.end()) return unknown_parameter(pair.substr(0, equals));
    const auto parameter = static_cast<std::size_t>(name - parameter_names.begin());
    if (std::exchange(seen[parameter], true)) {
      return Error{"\"" + std::string(*name) + "\" stands twice."};
    }
    const auto value = percent_decoded(pair.substr(std::min(equals + 1, pair.size())));
    if (!value) return Error{"\"" + std::string(*name) + "\" holds a broken escape."};
    if (value->empty()) continue;
    const auto read = read_parameter(parameter, *value, codes, filter);
    if (!read) return read.error();
  }
  return filter;
}

}  // namespace spillway::net
