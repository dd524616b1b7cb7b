#include "actors/configuration/configuration.hpp"

#include <algorithm>
#include <charconv>
#include <thread>

#include <arpa/inet.h>

namespace spillway::actors {

std::optional<Address> address_from(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return std::nullopt;  // IPv6 without brackets: which colon is the last one?
  }
  Address address{std::string(host), 0};
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), address.port);
  if (host.empty() || port.empty() || error != std::errc() || end != port.data() + port.size()) {
    return std::nullopt;
  }
  return address;
}

std::string to_text(const Address& address) {
  const bool ipv6 = address.host.find(':') != std::string::npos;
  return (ipv6 ? "[" + address.host + "]" : address.host) + ":" + std::to_string(address.port);
}

bool is_numeric_host(const std::string& host) {
  unsigned char bytes[sizeof(in6_addr)];
  return inet_pton(AF_INET, host.c_str(), bytes) == 1 ||
         inet_pton(AF_INET6, host.c_str(), bytes) == 1;
}

bool is_loopback(const std::string& host) {
  in_addr four{};
  if (inet_pton(AF_INET, host.c_str(), &four) == 1) return ntohl(four.s_addr) >> 24U == 127;
  return host == "::1" || host == "localhost";  // RFC 6761 6.3
}

std::uint32_t loops_default() {
  return std::max(1U, std::thread::hardware_concurrency() / 4);
}

const RelaySettings* find_relay(const Configuration& configuration, RelayId relay) {
  const auto found = std::ranges::find(configuration.relays, relay, &RelaySettings::id);
  return found == configuration.relays.end() ? nullptr : &*found;
}

std::optional<RelayId> relay_for(const Configuration& configuration, CardCompany company) {
  for (const RelaySettings& relay : configuration.relays) {
    const auto& companies = relay.companies;
    if (std::find(companies.begin(), companies.end(), company) != companies.end()) return relay.id;
  }
  return std::nullopt;
}

std::filesystem::path outbox_folder(const Configuration& configuration) {
  const auto& folder = configuration.mail.eml_folder;
  return folder.empty() ? configuration.server.data / "outbox" : folder;
}

}  // namespace spillway::actors
