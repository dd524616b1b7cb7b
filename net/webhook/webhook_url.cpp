#include "net/webhook/webhook_url.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

#include <arpa/inet.h>
#include <netinet/in.h>

#include "engine/base/characters.hpp"
#include "engine/telling/limits.hpp"
#include "net/http/http_message.hpp"
#include "net/stream/public_address.hpp"

namespace spillway::net {

namespace {

constexpr std::uint16_t unprivileged_port = 1'024;

struct Authority {
  bool bracketed = false;  // an IPv6 address
  std::string host;
  std::string_view port;  // empty: none given
};

std::optional<Authority> split(std::string_view text) {
  Authority result;
  std::size_t end = text.find(':');
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos) return std::nullopt;
    result.bracketed = true;
    result.host = text.substr(1, close - 1);
    end = close + 1;
  } else {
    result.host = text.substr(0, end);
  }
  if (end < text.size()) {
    if (text[end] != ':' || end + 1 == text.size()) return std::nullopt;
    result.port = text.substr(end + 1);
  }
  if (result.host.empty()) return std::nullopt;
  return result;
}

bool is_name_character(char c) {
  return is_letter_or_digit(c) || c == '-' || c == '.' || c == '_';
}

// "2130706433", "0x7f.1" and "127.1" are loopback to the resolver: a host whose last label begins
// like a number is one, and is to be written in full (WHATWG URL, "ends in a number").
bool ends_in_number(std::string_view host) {
  while (host.ends_with('.')) host.remove_suffix(1);
  const std::size_t dot = host.rfind('.');
  const std::string_view last = dot == std::string_view::npos ? host : host.substr(dot + 1);
  return !last.empty() && is_digit(last.front());
}

bool has_local_name(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  for (const std::string_view name : {"localhost", "local", "internal", "home.arpa", "onion"}) {
    if (host.size() < name.size()) continue;
    const std::string_view end = host.substr(host.size() - name.size());
    if (!equal_ignoring_case(end, name)) continue;
    if (host.size() == name.size() || host[host.size() - name.size() - 1] == '.') return true;
  }
  return host.find('.') == std::string_view::npos;  // a name of the local network
}

struct HostKind {
  bool fit = false;
  bool loopback = false;
};

HostKind look_at(const Authority& authority) {
  if (authority.bracketed) {
    sockaddr_in6 six{};
    six.sin6_family = AF_INET6;
    if (inet_pton(AF_INET6, authority.host.c_str(), &six.sin6_addr) != 1) return {};
    return {is_public_address(six.sin6_addr), IN6_IS_ADDR_LOOPBACK(&six.sin6_addr) != 0};
  }
  sockaddr_in four{};
  if (inet_pton(AF_INET, authority.host.c_str(), &four.sin_addr) == 1)
    return {is_public_address(four.sin_addr), ntohl(four.sin_addr.s_addr) >> 24 == 127};
  if (ends_in_number(authority.host)) return {};
  return {!has_local_name(authority.host), equal_ignoring_case(authority.host, "localhost")};
}

bool port_fits(std::string_view port, bool loopback) {
  if (port.empty()) return true;
  unsigned number = 0;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
  if (error != std::errc{} || end != port.data() + port.size()) return false;
  return number <= 65'535 && (number >= unprivileged_port || number == 443 || loopback);
}

}  // namespace

std::optional<std::string> webhook_url_fault(std::string_view url, WebhookReach reach) {
  if (url.size() > limits::webhook_url_max)
    return "must be at most " + std::to_string(limits::webhook_url_max) + " bytes";
  if (!std::ranges::all_of(url, [](char c) { return c > 0x20 && c < 0x7F && c != '\\'; }))
    return "must be of printable ASCII without spaces and backslashes";
  const bool here = reach == WebhookReach::and_loopback;
  const std::size_t scheme = url.find("://");
  const bool plain = scheme == 4 && equal_ignoring_case(url.substr(0, 4), "http");
  if (!plain && !(scheme == 5 && equal_ignoring_case(url.substr(0, 5), "https")))
    return "must begin with https://";
  if (url.find('#') != std::string_view::npos) return "must not have a fragment";
  const std::string_view rest = url.substr(scheme + 3);
  const std::string_view text = rest.substr(0, rest.find_first_of("/?"));
  if (text.find('@') != std::string_view::npos) return "must not hold a user or password";
  const auto authority = split(text);
  if (!authority ||
      (!authority->bracketed && !std::ranges::all_of(authority->host, is_name_character)))
    return "must name a host";
  const HostKind host = look_at(*authority);
  const bool on_this_machine = host.loopback && here;
  if (plain && !on_this_machine) return "must begin with https://";
  if (!host.fit && !on_this_machine)
    return "must lead to a public address: not to this machine, a private network or a local name";
  if (!port_fits(authority->port, on_this_machine)) return "must have port 443 or one from 1024 on";
  return std::nullopt;
}

}  // namespace spillway::net
