#include "tests/loadtest/scripted_server.hpp"

#include <cstdlib>

#include "engine/base/invariants.hpp"
#include "loadtest/load/order_requests.hpp"

namespace spillway::loadtest {

std::string http_text(int status, const std::string& body) {
  return "HTTP/1.1 " + std::to_string(status) +
         " Scripted\r\nContent-Type: application/json\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string accepted_text(std::uint64_t number) {
  return http_text(202, R"({"order":")" + code_text(number + 1) + R"(","status":"received"})");
}

struct ScriptedServer::Peer : net::TcpStreamListener {
  explicit Peer(ScriptedServer& owner) : server(owner) {}

  void on_connected() override {}
  void on_closed() override { stream.reset(); }

  std::size_t on_bytes(std::string_view bytes) override {
    std::size_t used = 0;
    while (true) {
      const std::string_view rest = bytes.substr(used);
      const std::size_t head = rest.find("\r\n\r\n");
      if (head == std::string_view::npos) return used;
      constexpr std::string_view field = "Content-Length: ";
      const std::size_t at = rest.find(field);
      const std::size_t length =
          at < head ? std::strtoul(rest.data() + at + field.size(), nullptr, 10) : 0;
      if (rest.size() < head + 4 + length) return used;
      used += head + 4 + length;
      answer(rest.substr(0, head + 4 + length));
      if (stream == nullptr) return used;
    }
  }

  void answer(std::string_view request) {
    {
      std::lock_guard lock(server.mutex_);
      server.texts_.emplace_back(request);
    }
    ScriptedAnswer answer = server.script_(server.requests_++, request);
    if (answer.after.count() == 0) return give(answer);
    const Duration after = answer.after;
    timers.push_back(std::make_unique<net::Timer>(
        server.loop_, [this, later = std::move(answer)] { give(later); }));
    timers.back()->start(after);
  }

  void give(const ScriptedAnswer& answer) {
    if (stream == nullptr) return;
    stream->write(answer.text);
    if (answer.close) stream.reset();
  }

  ScriptedServer& server;
  std::unique_ptr<net::TcpStream> stream;
  std::vector<std::unique_ptr<net::Timer>> timers;
};

ScriptedServer::ScriptedServer(Script script) : script_(std::move(script)) {
  loop_.run_and_wait([this] {
    auto listener = net::TcpListener::listen(loop_, "127.0.0.1", 0,
                                             [this](auto stream) { accept(std::move(stream)); });
    SPILLWAY_CHECK(listener.has_value(), "the scripted server cannot listen");
    listener_ = std::move(*listener);
    port_ = listener_->port();
  });
}

ScriptedServer::~ScriptedServer() {
  loop_.run_and_wait([this] {
    peers_.clear();
    listener_.reset();
  });
}

void ScriptedServer::accept(std::unique_ptr<net::TcpStream> stream) {
  peers_.push_back(std::make_unique<Peer>(*this));
  Peer& peer = *peers_.back();
  peer.stream = std::move(stream);
  peer.stream->start(peer);
}

std::vector<std::string> ScriptedServer::texts() {
  std::lock_guard lock(mutex_);
  return texts_;
}

}  // namespace spillway::loadtest
