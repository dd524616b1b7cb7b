#include "net/api/common/api_fields.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/order/limits.hpp"
#include "net/http/http_head.hpp"

namespace spillway::net {

namespace {

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// The content of a quoted string (RFC 9110 5.6.4; RFC 9651 3.3.3 has the same but for what may
// stand in it), whose opening quote is gone; `rest` stands behind the closing one then.
std::optional<std::string> take_quoted(std::string_view& rest) {
  std::string content;
  while (!rest.empty()) {
    char c = rest.front();
    rest.remove_prefix(1);
    if (c == '"') return content;
    if (c == '\\') {
      if (rest.empty()) return std::nullopt;
      c = rest.front();
      rest.remove_prefix(1);
    }
    content.push_back(c);
  }
  return std::nullopt;
}

// One `name=value` (RFC 9110 5.6.6) at the beginning of `rest`, which stands behind it then.
struct Parameter {
  std::string_view name;
  std::string value;
};
std::optional<Parameter> take_parameter(std::string_view& rest) {
  const std::size_t equals = rest.find('=');
  if (equals == std::string_view::npos || !is_token(rest.substr(0, equals))) return std::nullopt;
  Parameter parameter{rest.substr(0, equals), {}};
  rest.remove_prefix(equals + 1);
  if (rest.starts_with('"')) {
    rest.remove_prefix(1);
    auto value = take_quoted(rest);
    if (!value) return std::nullopt;
    parameter.value = std::move(*value);
    return parameter;
  }
  parameter.value = rest.substr(0, rest.find_first_of("; \t"));
  rest.remove_prefix(parameter.value.size());
  return is_token(parameter.value) ? std::optional(std::move(parameter)) : std::nullopt;
}

bool is_charset_of_json(std::string_view charset) {
  constexpr std::array<std::string_view, 3> names{"utf-8", "utf8", "us-ascii"};
  return std::ranges::any_of(
      names, [&](std::string_view name) { return equal_ignoring_case(charset, name); });
}

// *( OWS ";" OWS [ parameter ] ): parts may be empty.
bool are_parameters_of_json(std::string_view rest) {
  while (true) {
    rest = trimmed(rest);
    if (rest.empty()) return true;
    if (rest.front() != ';') return false;
    rest = trimmed(rest.substr(1));
    if (rest.empty() || rest.front() == ';') continue;
    const auto parameter = take_parameter(rest);
    if (!parameter) return false;
    if (equal_ignoring_case(parameter->name, "charset") && !is_charset_of_json(parameter->value))
      return false;
  }
}

// RFC 9110 8.4.1: "identity" is none.
bool is_coded(std::string_view codings) {
  while (!codings.empty()) {
    const std::string_view coding = codings.substr(0, codings.find(','));
    codings.remove_prefix(std::min(coding.size() + 1, codings.size()));
    if (!trimmed(coding).empty() && !equal_ignoring_case(trimmed(coding), "identity")) return true;
  }
  return false;
}

// RFC 7240 2: preferences separated by commas, each a token with or without "=value" and
// parameters behind semicolons. A value of "receipt" would mean nothing.
bool prefers(std::string_view value, std::string_view preference) {
  while (!value.empty()) {
    const std::string_view one = value.substr(0, value.find(','));
    value.remove_prefix(std::min(one.size() + 1, value.size()));
    if (equal_ignoring_case(trimmed(one.substr(0, one.find_first_of(";="))), preference))
      return true;
  }
  return false;
}

}  // namespace

ApiFields read_api_fields(std::span<const HttpHeader> headers) {
  ApiFields fields;
  const auto keep = [&](std::optional<std::string_view>& field, std::string_view name,
                        const HttpHeader& header) {
    if (header.name.size() != name.size() || !equal_ignoring_case(header.name, name)) return;
    if (field) fields.doubled = name;
    field = header.value;
  };
  for (const HttpHeader& header : headers) {
    keep(fields.authorization, "Authorization", header);
    keep(fields.content_type, "Content-Type", header);
    keep(fields.idempotency_key, "Idempotency-Key", header);
    if (header.name.size() == 16 && equal_ignoring_case(header.name, "Content-Encoding"))
      fields.encoded = fields.encoded || is_coded(header.value);
    if (header.name.size() == 6 && equal_ignoring_case(header.name, "Prefer"))
      fields.prefers_receipt = fields.prefers_receipt || prefers(header.value, "receipt");
  }
  return fields;
}

bool is_json_content_type(std::string_view value) {
  const std::size_t end = std::min(value.find(';'), value.size());
  return equal_ignoring_case(trimmed(value.substr(0, end)), "application/json") &&
         are_parameters_of_json(value.substr(end));
}

std::optional<std::string> idempotency_key_of(std::string_view value) {
  std::optional<std::string> key(std::in_place, value);
  if (value.starts_with('"')) {
    value.remove_prefix(1);
    key = take_quoted(value);
    if (!key || (!trimmed(value).empty() && trimmed(value).front() != ';')) return std::nullopt;
  }
  if (key->empty() || key->size() > limits::idempotency_key_max ||
      !std::ranges::all_of(*key, [](char c) { return c >= 0x20 && c <= 0x7E; }))
    return std::nullopt;
  return key;
}

}  // namespace spillway::net
