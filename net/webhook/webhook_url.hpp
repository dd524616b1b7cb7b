// Where a shop may have its events sent to.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace spillway::net {

enum class WebhookReach : std::uint8_t {
  internet,     // HTTPS, to addresses that are out there
  and_loopback  // and this machine, over plain HTTP too: the demo
};

// Nothing when the address is fit for registration, otherwise what is wrong with it, to follow
// "url". What the name leads to is looked at again with every connection: see WebhookSender.
std::optional<std::string> webhook_url_fault(std::string_view url, WebhookReach reach);

}  // namespace spillway::net
