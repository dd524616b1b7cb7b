// The header fields of a request that the API looks at.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/order/limits.hpp"
#include "net/http/http_message.hpp"

namespace spillway::net {

struct ApiFields {
  std::optional<std::string_view> authorization;
  std::optional<std::string_view> content_type;
  std::optional<std::string_view> idempotency_key;  // as sent, see idempotency_key_of
  bool encoded = false;          // by a Content-Encoding: gzip, br (RFC 9110 8.4)
  bool prefers_receipt = false;  // Prefer: receipt (RFC 7240), which may stand in several fields
  std::string_view doubled;      // the name of one of these that stands twice; otherwise empty
};

ApiFields read_api_fields(std::span<const HttpHeader> headers);

// "application/json" with whatever parameters (RFC 9110 8.3.1), but no charset other than UTF-8 or
// its part US-ASCII: JSON has no other (RFC 8259 8.1).
bool is_json_content_type(std::string_view value);

// The key in an Idempotency-Key field: a string of structured fields, "abc" in quotes (RFC 9651
// 3.3.3, with or without parameters), or the same text without them. Nothing unless it is 1 to
// limits::idempotency_key_max printable ASCII characters.
std::optional<std::string> idempotency_key_of(std::string_view value);

}  // namespace spillway::net
