// A crowd of clients that want nothing and never go: connections that are idle, and slow ones of
// three kinds: a head that comes byte by byte, a body that does, and an answer that is hardly read.
// Who is shown out comes again at once.
//
//   benchmark_crowd --port PORT --key KEY [--idle N] [--slow N]
//
// Prints `ready` when all of them stand, goes on until SIGTERM, and prints one JSON object: how
// often each kind came again.
#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <CLI/CLI.hpp>
#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

namespace spillway::benchmarks {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto turn = 10ms;
constexpr std::size_t turns_of_slow = 100;    // each slow client does something once a second
constexpr std::size_t turns_of_idle = 1'000;  // each idle one is looked at every ten
constexpr int little_room = 2'048;            // of a slow reader, in bytes

std::atomic<bool> ended{false};

struct Options {
  std::uint16_t port = 0;
  std::string key;
  std::size_t idle = 10'000;
  std::size_t slow = 2'000;
};

enum class Kind { idle, head, body, reader };
constexpr std::size_t kinds = 4;

class Client {
 public:
  Client(Kind kind, const Options& options) : kind_(kind), options_(&options) { connect(); }

  Kind kind() const { return kind_; }

  // Its next byte or look. False when it had been shown out, and has come again.
  bool act() {
    const bool stands =
        kind_ == Kind::reader ? read_a_little() : write_a_little() && hears_nothing();
    if (stands) return true;
    ::close(socket_);
    connect();
    return false;
  }

 private:
  void connect() {
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (socket_ < 0) throw std::system_error(errno, std::generic_category(), "socket");
    if (kind_ == Kind::reader)
      ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &little_room, sizeof little_room);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(options_->port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
      throw std::system_error(errno, std::generic_category(), "connect");
    written_ = 0;
    if (kind_ == Kind::body) send(head_of_order());
    if (kind_ == Kind::reader)
      for (int i = 0; i < 4; ++i) send("GET /v1/openapi.json HTTP/1.1\r\nHost: crowd\r\n\r\n");
  }

  std::string head_of_order() const {
    return fmt::format(
        "POST /v1/orders HTTP/1.1\r\nHost: crowd\r\nAuthorization: Bearer {}\r\n"
        "Content-Type: application/json\r\nContent-Length: 400\r\n\r\n",
        options_->key);
  }

  bool send(std::string_view bytes) const {
    return ::send(socket_, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL) > 0;
  }

  bool write_a_little() {
    constexpr std::string_view head = "GET /healthz HTTP/1.1\r\nHost: crowd\r\nX-Slow: ";
    if (kind_ == Kind::idle) return true;
    if (kind_ == Kind::body) return send(" ");
    const bool in_head = written_ < head.size();
    return send(in_head ? head.substr(written_++, 1) : std::string_view("a"));
  }

  // What a server says to these is that they took too long.
  bool hears_nothing() const {
    char byte = 0;
    return ::recv(socket_, &byte, 1, MSG_DONTWAIT) < 0 && (errno == EAGAIN || errno == EINTR);
  }

  bool read_a_little() const {
    std::array<char, 64> bytes{};
    const ssize_t got = ::recv(socket_, bytes.data(), bytes.size(), MSG_DONTWAIT);
    return got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR));
  }

  Kind kind_;
  const Options* options_;
  int socket_ = -1;
  std::size_t written_ = 0;
};

void raise_descriptor_limit(std::size_t wanted) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur < wanted + 64)
    throw std::runtime_error(fmt::format("only {} files may be open", limit.rlim_cur));
}

// Every client's turn comes once in `turns`.
void act(std::vector<Client>& clients, std::size_t now, std::size_t turns,
         std::array<std::uint64_t, kinds>& again) {
  for (std::size_t i = now % turns; i < clients.size(); i += turns)
    if (!clients[i].act()) ++again[static_cast<std::size_t>(clients[i].kind())];
}

void run(const Options& options) {
  raise_descriptor_limit(options.idle + options.slow);
  std::vector<Client> idle;
  std::vector<Client> slow;
  for (std::size_t i = 0; i < options.idle; ++i) idle.emplace_back(Kind::idle, options);
  for (std::size_t i = 0; i < options.slow; ++i)
    slow.emplace_back(std::array{Kind::head, Kind::body, Kind::reader}[i % 3], options);
  fmt::print("ready\n");
  std::fflush(stdout);

  std::array<std::uint64_t, kinds> again{};
  auto next = Clock::now();
  for (std::size_t now = 0; !ended; ++now) {
    act(slow, now, turns_of_slow, again);
    act(idle, now, turns_of_idle, again);
    next = std::max(next + turn, Clock::now());
    ::poll(nullptr, 0, static_cast<int>((next - Clock::now()) / 1ms));
  }
  fmt::print("{{\"idle\": {}, \"head\": {}, \"body\": {}, \"reader\": {}}}\n", again[0], again[1],
             again[2], again[3]);
}

}  // namespace
}  // namespace spillway::benchmarks

int main(int argument_count, char** arguments) {
  spillway::benchmarks::Options options;
  CLI::App app("Idle and slow clients, for as long as it runs.");
  app.add_option("--port", options.port)->required();
  app.add_option("--key", options.key)->required();
  app.add_option("--idle", options.idle);
  app.add_option("--slow", options.slow);
  CLI11_PARSE(app, argument_count, arguments);
  std::signal(SIGTERM, [](int) { spillway::benchmarks::ended = true; });
  spillway::benchmarks::run(options);
  return 0;
}
