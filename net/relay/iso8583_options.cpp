// What a relay line can be made with.
#include <algorithm>
#include <string_view>

#include "engine/base/characters.hpp"
#include "net/relay/iso8583_connection.hpp"

namespace spillway::net {
namespace {

bool digits_only(std::string_view text) {
  return std::ranges::all_of(text, is_digit);
}

bool printable(std::string_view text, std::size_t size_max) {
  return !text.empty() && text.size() <= size_max &&
         std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

}  // namespace

Result<void> check(const RelayOptions& options) {
  if (options.host.empty() || options.port == 0)
    return Error{"a relay centre needs a host and a port"};
  if (options.acquirer.empty() || options.acquirer.size() > 11 || !digits_only(options.acquirer))
    return Error{"the acquirer (field 32) must have 1 to 11 digits"};
  for (const auto& [shop, merchant] : options.merchants) {
    const std::string whose = " of shop " + std::to_string(shop.value);
    if (merchant.category.size() != 4 || !digits_only(merchant.category))
      return Error{"the merchant category (field 18)" + whose + " must have 4 digits"};
    if (!printable(merchant.terminal, 8))
      return Error{"the terminal (field 41)" + whose + " must have 1 to 8 ASCII characters"};
    if (!printable(merchant.merchant, 15))
      return Error{"the merchant (field 42)" + whose + " must have 1 to 15 ASCII characters"};
  }
  if (options.connect_time_max <= Duration::zero() || options.heartbeat_after <= Duration::zero())
    return Error{"the connect time and the heartbeat must be longer than nothing"};
  if (options.silence_max <= options.heartbeat_after)
    return Error{"the silence that means a lost line must be longer than the heartbeat"};
  if (options.reconnect_min <= Duration::zero() || options.reconnect_max < options.reconnect_min)
    return Error{"the waits between two connects must not shrink"};
  return {};
}

}  // namespace spillway::net
