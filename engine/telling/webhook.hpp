// An address that a shop has its events sent to.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/ids.hpp"
#include "engine/base/time.hpp"
#include "engine/card/card.hpp"
#include "engine/order/order.hpp"

namespace spillway {

// What deliveries are signed with: 32 bytes, wiped when they go.
class WebhookSecret {
 public:
  static constexpr std::size_t size = 32;

  WebhookSecret() = default;
  // Nothing unless there are exactly `size` bytes.
  static std::optional<WebhookSecret> from_bytes(std::string_view bytes) {
    if (bytes.size() != size) return std::nullopt;
    WebhookSecret secret;
    std::copy(bytes.begin(), bytes.end(), secret.bytes_.begin());
    return secret;
  }
  WebhookSecret(const WebhookSecret&) = default;
  WebhookSecret& operator=(const WebhookSecret&) = default;
  ~WebhookSecret() { wipe(bytes_.data(), bytes_.size()); }

  std::string_view bytes() const { return {bytes_.data(), bytes_.size()}; }
  char* data() { return bytes_.data(); }
  friend bool operator==(const WebhookSecret&, const WebhookSecret&) = default;

 private:
  std::array<char, size> bytes_{};
};

// A set of those statuses that are told.
struct ToldStatuses {
  std::uint16_t bits = 0;

  void add(Status status) {
    bits = static_cast<std::uint16_t>(bits | 1U << static_cast<unsigned>(status));
  }
  bool contains(Status status) const { return (bits >> static_cast<unsigned>(status) & 1U) != 0; }
  friend bool operator==(const ToldStatuses&, const ToldStatuses&) = default;
};

struct Webhook {
  ShopId shop;
  std::string url;
  ToldStatuses statuses;
  Timestamp created_at;
  WebhookSecret secret;
  std::optional<WebhookSecret> old_secret;  // signs, too, until then
  Timestamp old_secret_until;
  bool gone = false;  // the receiver answered 410: nothing is sent any more
  friend bool operator==(const Webhook&, const Webhook&) = default;
};

}  // namespace spillway
