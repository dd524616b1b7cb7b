// Telling shops by webhook.
#pragma once

#include <cstdint>

#include "net/webhook/webhook.hpp"

namespace spillway::actors {

// How a delivery went.
struct WebhookReturned {
  std::uint64_t id = 0;
  net::WebhookResult result;
};

}  // namespace spillway::actors
