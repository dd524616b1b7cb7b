#include "net/stream/public_address.hpp"

#include <array>
#include <cstdint>
#include <cstring>

#include <arpa/inet.h>
#include <sys/socket.h>

namespace spillway::net {

namespace {

struct Block4 {
  std::uint32_t address;
  int bits;
};

constexpr std::uint32_t quad(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
  return a << 24 | b << 16 | c << 8 | d;
}

constexpr Block4 special_blocks[] = {
    {quad(0, 0, 0, 0), 8},        // this network
    {quad(10, 0, 0, 0), 8},       // private
    {quad(100, 64, 0, 0), 10},    // shared, behind a provider's NAT
    {quad(127, 0, 0, 0), 8},      // loopback
    {quad(169, 254, 0, 0), 16},   // link-local; clouds answer here with credentials
    {quad(172, 16, 0, 0), 12},    // private
    {quad(192, 0, 0, 0), 24},     // protocol assignments
    {quad(192, 0, 2, 0), 24},     // documentation
    {quad(192, 88, 99, 0), 24},   // 6to4 relays
    {quad(192, 168, 0, 0), 16},   // private
    {quad(198, 18, 0, 0), 15},    // benchmarks
    {quad(198, 51, 100, 0), 24},  // documentation
    {quad(203, 0, 113, 0), 24},   // documentation
    {quad(224, 0, 0, 0), 4},      // multicast
    {quad(240, 0, 0, 0), 4},      // reserved, and broadcast
};

bool begins_with(const in6_addr& address, std::initializer_list<std::uint8_t> bytes) {
  std::size_t i = 0;
  for (const std::uint8_t byte : bytes)
    if (address.s6_addr[i++] != byte) return false;
  return true;
}

in_addr embedded(const in6_addr& address, std::size_t at) {
  in_addr inside{};
  std::memcpy(&inside, address.s6_addr + at, sizeof inside);
  return inside;
}

}  // namespace

bool is_public_address(const in_addr& address) {
  const std::uint32_t number = ntohl(address.s_addr);
  for (const Block4& block : special_blocks)
    if ((number ^ block.address) >> (32 - block.bits) == 0) return false;
  return true;
}

bool is_public_address(const in6_addr& address) {
  if (IN6_IS_ADDR_V4MAPPED(&address)) return is_public_address(embedded(address, 12));
  if (begins_with(address, {0x00, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0}))  // NAT64, RFC 6052
    return is_public_address(embedded(address, 12));
  if ((address.s6_addr[0] & 0xE0) != 0x20) return false;  // not 2000::/3
  if (begins_with(address, {0x20, 0x02})) return is_public_address(embedded(address, 2));  // 6to4
  if (begins_with(address, {0x20, 0x01}) && address.s6_addr[2] < 0x02) return false;  // 2001::/23
  if (begins_with(address, {0x20, 0x01, 0x0D, 0xB8})) return false;  // documentation
  if (begins_with(address, {0x3F, 0xFF}) && address.s6_addr[2] < 0x10) return false;  // the same
  return true;
}

bool is_public_address(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    sockaddr_in four{};
    std::memcpy(&four, &address, sizeof four);
    return is_public_address(four.sin_addr);
  }
  if (address.sa_family == AF_INET6) {
    sockaddr_in6 six{};
    std::memcpy(&six, &address, sizeof six);
    return is_public_address(six.sin6_addr);
  }
  return false;
}

bool is_loopback_address(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    sockaddr_in four{};
    std::memcpy(&four, &address, sizeof four);
    return ntohl(four.sin_addr.s_addr) >> 24 == 127;
  }
  if (address.sa_family == AF_INET6) {
    sockaddr_in6 six{};
    std::memcpy(&six, &address, sizeof six);
    return IN6_IS_ADDR_LOOPBACK(&six.sin6_addr);
  }
  return false;
}

}  // namespace spillway::net
