// A server whose answers are said beforehand: for each request, in the order in which they come, a
// text to answer with, after a time, or a connection that is closed. It reads requests by their
// Content-Length.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "net/stream/event_loop.hpp"
#include "net/stream/tcp_listener.hpp"
#include "net/stream/timer.hpp"

namespace spillway::loadtest {

struct ScriptedAnswer {
  std::string text;  // whole, head and body
  Duration after{};
  bool close = false;  // then
};

// An answer with a JSON body.
std::string http_text(int status, const std::string& body);
// A 202 for the order number `number` of this server.
std::string accepted_text(std::uint64_t number);

class ScriptedServer {
 public:
  // Gives the answer to the request number `number`, from 0; called on the server's thread. An
  // answer without a text that does not close is none at all.
  using Script = std::function<ScriptedAnswer(std::uint64_t number, std::string_view request)>;

  explicit ScriptedServer(Script script);
  ~ScriptedServer();

  std::uint16_t port() const { return port_; }
  std::uint64_t requests() const { return requests_; }
  std::vector<std::string> texts();  // of the requests so far

 private:
  struct Peer;
  void accept(std::unique_ptr<net::TcpStream> stream);

  Script script_;
  std::atomic<std::uint64_t> requests_ = 0;
  std::mutex mutex_;
  std::vector<std::string> texts_;
  net::EventLoop loop_{"scripted"};
  std::unique_ptr<net::TcpListener> listener_;
  std::vector<std::unique_ptr<Peer>> peers_;
  std::uint16_t port_ = 0;
};

}  // namespace spillway::loadtest
