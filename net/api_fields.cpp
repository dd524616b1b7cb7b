#include "net/api_fields.hpp"

#include <algorithm>

#include "engine/limits.hpp"

namespace spillway::net {

namespace {

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool is_utf8_charset(std::string_view parameter) {
  const std::size_t equals = parameter.find('=');
  if (equals == std::string_view::npos) return false;
  if (!equal_ignoring_case(parameter.substr(0, equals), "charset")) return false;
  std::string_view value = parameter.substr(equals + 1);
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
    value = value.substr(1, value.size() - 2);
  }
  return equal_ignoring_case(value, "utf-8");
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
    if (header.name.size() == 6 && equal_ignoring_case(header.name, "Prefer"))
      fields.prefers_receipt = fields.prefers_receipt || prefers(header.value, "receipt");
  }
  return fields;
}

bool is_json_content_type(std::string_view value) {
  const std::size_t semicolon = value.find(';');
  if (!equal_ignoring_case(trimmed(value.substr(0, semicolon)), "application/json")) return false;
  if (semicolon == std::string_view::npos) return true;
  const std::string_view parameter = trimmed(value.substr(semicolon + 1));
  return parameter.empty() || is_utf8_charset(parameter);
}

bool is_idempotency_key(std::string_view value) {
  return !value.empty() && value.size() <= limits::idempotency_key_max &&
         std::ranges::all_of(value, [](char c) { return c >= 0x20 && c <= 0x7E; });
}

}  // namespace spillway::net
