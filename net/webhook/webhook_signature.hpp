// How a webhook's receiver knows that a delivery is ours, unchanged and not an old one said again
// (standardwebhooks.com, 1.0; the symmetric scheme): HMAC-SHA256 over "ID.TIMESTAMP.BODY", in
// Base64, after "v1,". While a secret is being changed both sign, parted by a space.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/telling/webhook.hpp"

namespace spillway::net {

WebhookSecret random_webhook_secret();

// "whsec_" and the secret in Base64, as a shop gets it, once.
std::string to_text(const WebhookSecret& secret);

// "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4="
// `key`: a secret's bytes.
std::string webhook_signature(std::string_view key, std::string_view id, std::int64_t timestamp_s,
                              std::string_view body);

}  // namespace spillway::net
