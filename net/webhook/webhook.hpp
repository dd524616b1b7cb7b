// The way out for webhooks: real over HTTPS (webhook_sender.hpp), simulated in tests.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/base/time.hpp"

namespace spillway::net {

// One POST, ready to go.
struct WebhookDelivery {
  std::string url;
  std::string body;
  std::string id;         // of the event: webhook-id
  std::string timestamp;  // seconds since 1970: webhook-timestamp
  std::string signature;  // webhook-signature
};

struct WebhookResult {
  enum class Kind : std::uint8_t {
    delivered,  // 2xx
    failed,     // everything else
    gone,       // 410: never again
  };
  Kind kind = Kind::failed;
  std::uint16_t answer = 0;  // HTTP status; 0: none came
  std::string reason;        // of a failure, for people
  // Of a failure: for so long the receiver asks to be left alone (Retry-After).
  std::optional<Duration> retry_after{};
};

// Calls come on the port's own thread and must not block.
class WebhookListener {
 public:
  virtual ~WebhookListener() = default;
  virtual void on_result(std::uint64_t id, WebhookResult result) = 0;
};

class WebhookPort {
 public:
  virtual ~WebhookPort() = default;
  virtual void start(WebhookListener& listener) = 0;
  // From any thread. Each delivery gets one result, unless the port is stopped before.
  virtual void deliver(std::uint64_t id, WebhookDelivery delivery) = 0;
  virtual void stop() = 0;  // cuts off what is under way; no call comes any more
};

}  // namespace spillway::net
