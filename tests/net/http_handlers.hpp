// Handlers for tests: one that answers at once, one that keeps the tickets for the test.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "net/http_server.hpp"

namespace spillway::net {

constexpr std::chrono::seconds generous{20};

// Waits until it holds, at most for a generous time; whether it does.
inline bool eventually(const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + generous;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::yield();
  }
  return true;
}

// Answers 200 with "POST /path body"; to "/close" ends the connection, to "/large" says 100,000 x.
class EchoHandler : public HttpHandler {
 public:
  void on_request(const HttpRequest& request, Ticket ticket) override {
    std::string body(request.method_name);
    body.append(" ").append(request.path).append(" ").append(request.body);
    if (request.path == "/large") body.assign(100'000, 'x');
    server->answer(ticket, HttpResponse{.status = 200,
                                        .content_type = "text/plain",
                                        .headers = {{"X-Test", "1"}},
                                        .body = std::move(body),
                                        .close = request.path == "/close"});
  }
  void on_turn_end(std::uint32_t) override { ++turns; }

  HttpServer* server = nullptr;
  std::atomic<int> turns{0};
};

// Keeps what came, path by path, until the test answers.
class HoldingHandler : public HttpHandler {
 public:
  void on_request(const HttpRequest& request, Ticket ticket) override {
    std::lock_guard lock(mutex_);
    held_.emplace_back(request.path, ticket);
    came_.notify_all();
  }
  void on_turn_end(std::uint32_t) override {}

  std::size_t count() {
    std::lock_guard lock(mutex_);
    return held_.size();
  }

  // Waits for a request of that path.
  Ticket ticket(const std::string& path) {
    std::unique_lock lock(mutex_);
    const auto find = [&] {
      return std::find_if(held_.begin(), held_.end(),
                          [&](const auto& held) { return held.first == path; });
    };
    if (!came_.wait_for(lock, generous, [&] { return find() != held_.end(); })) {
      throw std::runtime_error("no request for " + path);
    }
    return find()->second;
  }

  // Answers it with its path as the body.
  void answer(const std::string& path) {
    const Ticket held = ticket(path);
    server->post_to_loop(held.loop,
                         [this, held, path] { server->answer(held, 200, {}, {}, path); });
  }

  HttpServer* server = nullptr;

 private:
  std::mutex mutex_;
  std::condition_variable came_;
  std::vector<std::pair<std::string, Ticket>> held_;
};

// A server that is up as long as this lives.
template <class Handler>
struct Running {
  explicit Running(HttpServerOptions options = {}) : server(one_loop(options), handler) {
    handler.server = &server;
    if (auto started = server.start(); !started) throw std::runtime_error(started.error().message);
  }
  static HttpServerOptions one_loop(HttpServerOptions options) {
    if (options.loops == 0) options.loops = 1;
    return options;
  }

  Handler handler;
  HttpServer server;
};

inline std::string get(const std::string& path, const std::string& fields = {}) {
  return "GET " + path + " HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
}

inline std::string post(const std::string& path, const std::string& body) {
  return "POST " + path + " HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

}  // namespace spillway::net
