// The header fields of a request that the API looks at.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "net/http_message.hpp"

namespace spillway::net {

struct ApiFields {
  std::optional<std::string_view> authorization;
  std::optional<std::string_view> content_type;
  std::optional<std::string_view> idempotency_key;
  bool prefers_receipt = false;  // Prefer: receipt (RFC 7240), which may stand in several fields
  std::string_view doubled;      // the name of one of these that stands twice; otherwise empty
};

ApiFields read_api_fields(std::span<const HttpHeader> headers);

// "application/json", with or without a charset of UTF-8 (RFC 9110 8.3, RFC 8259 11).
bool is_json_content_type(std::string_view value);

// 1 to limits::idempotency_key_max printable ASCII characters.
bool is_idempotency_key(std::string_view value);

}  // namespace spillway::net
