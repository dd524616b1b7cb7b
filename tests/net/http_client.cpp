#include "tests/net/http_client.hpp"

#include <algorithm>
#include <stdexcept>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace spillway::net {

std::string HttpReply::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return {};
}

HttpClient::HttpClient(std::uint16_t port) : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const timeval limit{patience.count(), 0};
  setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  if (connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    close();
    throw std::runtime_error("the server does not accept");
  }
}

HttpClient::~HttpClient() {
  close();
}

HttpClient::HttpClient(HttpClient&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)), received_(std::move(other.received_)) {}

bool HttpClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void HttpClient::end_output() {
  shutdown(socket_, SHUT_WR);
}

void HttpClient::reset() {
  const linger at_once{1, 0};
  setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close();
}

void HttpClient::close() {
  if (socket_ >= 0) ::close(std::exchange(socket_, -1));
}

std::ptrdiff_t HttpClient::receive(char* into, std::size_t size) {
  return recv(socket_, into, size, 0);
}

bool HttpClient::fill() {
  char bytes[65536];
  const std::ptrdiff_t count = receive(bytes, sizeof bytes);
  if (count <= 0) return false;
  received_.append(bytes, static_cast<std::size_t>(count));
  return true;
}

HttpReply HttpClient::read_reply(bool to_head) {
  std::size_t head_end = 0;
  while ((head_end = received_.find("\r\n\r\n")) == std::string::npos) {
    if (!fill()) return {};
  }
  HttpReply reply;
  reply.status = std::stoi(received_.substr(9, 3));
  std::size_t line = received_.find("\r\n") + 2;
  while (line < head_end + 2) {
    const std::size_t end = received_.find("\r\n", line);
    const std::size_t colon = received_.find(": ", line);
    reply.headers.emplace_back(received_.substr(line, colon - line),
                               received_.substr(colon + 2, end - colon - 2));
    line = end + 2;
  }
  const std::string length = reply.header("Content-Length");
  const std::size_t size = to_head || length.empty() ? 0 : std::stoul(length);
  while (received_.size() < head_end + 4 + size) {
    if (!fill()) return {};
  }
  reply.body = received_.substr(head_end + 4, size);
  received_.erase(0, head_end + 4 + size);
  return reply;
}

std::string HttpClient::read_some(std::size_t size) {
  if (received_.empty()) fill();
  const std::string some = received_.substr(0, size);
  received_.erase(0, some.size());
  return some;
}

bool HttpClient::is_ended() {
  if (!received_.empty()) return false;
  char byte = 0;
  const ssize_t count = recv(socket_, &byte, 1, 0);
  return count == 0 || (count < 0 && errno == ECONNRESET);
}

}  // namespace spillway::net
