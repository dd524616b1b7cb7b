// What a coordinator and its agents say to each other: CBOR objects, each behind its length in four
// bytes, big-endian. A question and its answer at a time.
//
//   → {"do": "prepare", "secret", "scenario", "target": {…}, "shops": […], "run", "index", "count"}
//   → {"do": "connect"}  → {"do": "start", "in_ns"}  → {"do": "progress"}
//   → {"do": "result", "records"}  → {"do": "stop"}
//   ← {"ok": …} or {"error": "a sentence"}
//
// Threads: one for each connection.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "engine/base/result.hpp"

namespace spillway::loadtest {

// A blocking connection; closed with this.
class FrameSocket {
 public:
  explicit FrameSocket(int socket) : socket_(socket) {}
  ~FrameSocket();
  FrameSocket(FrameSocket&& other) noexcept;
  FrameSocket& operator=(FrameSocket&&) = delete;

  // "127.0.0.1:9100". Every wait ends after a minute.
  static Result<FrameSocket> connect(const std::string& address);

  Result<void> send(const nlohmann::json& json);
  Result<nlohmann::json> receive();

 private:
  bool read_all(char* to, std::size_t size);

  int socket_;
};

// A listening socket; the error says what the system said.
Result<int> listen_for_frames(const std::string& address);

}  // namespace spillway::loadtest
