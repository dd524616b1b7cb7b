#include "loadtest/base/frames.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <arpa/inet.h>
#include <netdb.h>
#include <nlohmann/json.hpp>
#include <sys/socket.h>
#include <unistd.h>

namespace spillway::loadtest {
namespace {

constexpr std::uint32_t frame_max = 1U << 31U;
constexpr timeval patience{60, 0};

struct Resolved {
  addrinfo* first = nullptr;
  Resolved() = default;
  Resolved(const Resolved&) = delete;
  Resolved& operator=(const Resolved&) = delete;
  ~Resolved() {
    if (first != nullptr) ::freeaddrinfo(first);
  }
};

Result<void> resolve(const std::string& address, int flags, Resolved& out) {
  const std::size_t colon = address.rfind(':');
  if (colon == std::string::npos) return Error{address + ": must be HOST:PORT"};
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = flags;
  const int failed = ::getaddrinfo(address.substr(0, colon).c_str(),
                                   address.substr(colon + 1).c_str(), &wanted, &out.first);
  if (failed != 0) return Error{address + " cannot be found: " + ::gai_strerror(failed)};
  return {};
}

Error failed(const std::string& address) {
  return Error{address + ": " + std::strerror(errno)};
}

}  // namespace

FrameSocket::~FrameSocket() {
  if (socket_ >= 0) ::close(socket_);
}

FrameSocket::FrameSocket(FrameSocket&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)) {}

Result<FrameSocket> FrameSocket::connect(const std::string& address) {
  Resolved found;
  if (auto resolved = resolve(address, 0, found); !resolved) return resolved.error();
  const int socket = ::socket(found.first->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return failed(address);
  FrameSocket frames(socket);
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
  if (::connect(socket, found.first->ai_addr, found.first->ai_addrlen) != 0) return failed(address);
  return frames;
}

Result<int> listen_for_frames(const std::string& address) {
  Resolved found;
  if (auto resolved = resolve(address, AI_PASSIVE, found); !resolved) return resolved.error();
  const int socket = ::socket(found.first->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  constexpr int on = 1;
  ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  if (::bind(socket, found.first->ai_addr, found.first->ai_addrlen) != 0 ||
      ::listen(socket, 4) != 0) {
    const Error error = failed(address);
    ::close(socket);
    return error;
  }
  return socket;
}

Result<void> FrameSocket::send(const nlohmann::json& json) {
  std::vector<std::uint8_t> bytes(4);
  nlohmann::json::to_cbor(json, bytes);
  const auto size = static_cast<std::uint32_t>(bytes.size() - 4);
  const std::uint32_t length = htonl(size);
  std::memcpy(bytes.data(), &length, sizeof(length));
  for (std::size_t sent = 0; sent < bytes.size();) {
    const ssize_t count = ::send(socket_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return Error{std::string("the connection broke: ") + std::strerror(errno)};
    sent += static_cast<std::size_t>(count);
  }
  return {};
}

bool FrameSocket::read_all(char* to, std::size_t size) {
  while (size > 0) {
    const ssize_t count = ::recv(socket_, to, size, 0);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    to += count;
    size -= static_cast<std::size_t>(count);
  }
  return true;
}

Result<nlohmann::json> FrameSocket::receive() {
  std::uint32_t length = 0;
  if (!read_all(reinterpret_cast<char*>(&length), sizeof(length))) {
    return Error{"the connection was closed"};
  }
  const std::uint32_t size = ntohl(length);
  if (size > frame_max) return Error{"what came is no frame of spillway-load"};
  std::vector<char> bytes;
  // As it comes, so that a length that is a lie costs no memory.
  constexpr std::size_t piece = 1U << 20U;
  while (bytes.size() < size) {
    const std::size_t more = std::min<std::size_t>(piece, size - bytes.size());
    bytes.resize(bytes.size() + more);
    if (!read_all(bytes.data() + bytes.size() - more, more)) {
      return Error{"the connection was closed"};
    }
  }
  auto json = nlohmann::json::from_cbor(bytes, true, /*allow_exceptions=*/false);
  if (!json.is_object()) return Error{"what came is no frame of spillway-load"};
  return json;
}

}  // namespace spillway::loadtest
