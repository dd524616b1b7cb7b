#include "net/api/common/client_address.hpp"

#include <algorithm>
#include <array>

#include <arpa/inet.h>

#include "engine/base/characters.hpp"

namespace spillway::net {

namespace {

constexpr std::array<unsigned char, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

struct Address {
  bool is_v4 = false;
  std::array<unsigned char, 16> bytes{};  // of IPv4 the first four

  bool is_loopback() const {
    if (is_v4) return bytes[0] == 127;
    return std::ranges::all_of(bytes.begin(), bytes.end() - 1, [](auto b) { return b == 0; }) &&
           bytes[15] == 1;
  }
};

std::optional<Address> parse(std::string_view text) {
  const std::string copy(text);
  Address address;
  if (inet_pton(AF_INET, copy.c_str(), address.bytes.data()) == 1) {
    address.is_v4 = true;
    return address;
  }
  if (inet_pton(AF_INET6, copy.c_str(), address.bytes.data()) != 1) return std::nullopt;
  if (std::equal(mapped.begin(), mapped.end(), address.bytes.begin())) {
    std::copy_n(address.bytes.begin() + mapped.size(), 4, address.bytes.begin());
    std::fill(address.bytes.begin() + 4, address.bytes.end(), static_cast<unsigned char>(0));
    address.is_v4 = true;
  }
  return address;
}

std::string to_text(Address address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (!address.is_v4) std::fill_n(address.bytes.begin() + 8, 8, static_cast<unsigned char>(0));
  inet_ntop(address.is_v4 ? AF_INET : AF_INET6, address.bytes.data(), text.data(), text.size());
  return address.is_v4 ? text.data() : std::string(text.data()) + "/64";
}

// Empty elements count for nothing (RFC 9110 5.6.1).
std::string_view last_of(std::string_view list) {
  const std::size_t last = list.find_last_not_of(", \t");
  list = list.substr(0, last + 1);  // npos + 1 is 0
  list.remove_prefix(list.rfind(',') + 1);
  list.remove_prefix(std::min(list.find_first_not_of(" \t"), list.size()));
  return list;
}

bool is_port(std::string_view text) {
  return !text.empty() && text.size() <= 5 && std::ranges::all_of(text, is_digit);
}

// An address as proxies write it: in digits alone, with a port behind, an IPv6 one in brackets,
// with its zone, or all of it in quotes as RFC 7239 has it.
std::optional<Address> parse_forwarded(std::string_view text) {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"')
    text = text.substr(1, text.size() - 2);
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view behind = text.substr(end + 1);
    if (!behind.empty() && (behind.front() != ':' || !is_port(behind.substr(1))))
      return std::nullopt;
    text = text.substr(1, end - 1);
  } else if (const std::size_t colon = text.find(':');
             colon != std::string_view::npos && colon == text.rfind(':')) {
    if (!is_port(text.substr(colon + 1))) return std::nullopt;
    text = text.substr(0, colon);
  }
  return parse(text.substr(0, text.find('%')));
}

}  // namespace

std::string client_address(std::string_view peer, bool believed,
                           std::optional<std::string_view> forwarded_for) {
  const auto address = parse(peer);
  if (forwarded_for && (believed || (address && address->is_loopback())))
    if (const auto forwarded = parse_forwarded(last_of(*forwarded_for))) return to_text(*forwarded);
  return address ? to_text(*address) : std::string(peer);
}

}  // namespace spillway::net
