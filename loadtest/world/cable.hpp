// A cable between two processes of this machine that can be cut: a TCP forwarder. While it is cut
// nothing passes and nobody is told, as when somebody trips over it: what was under way waits, an
// end that closes is not heard of, and who connects hears nothing. Mended, it passes on what
// waited.
//
// Threads: any; bytes pass on the loop's.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/base/result.hpp"
#include "net/stream/event_loop.hpp"
#include "net/stream/tcp_listener.hpp"

namespace spillway::loadtest {

class Cable {
 public:
  // Listens on the loopback and connects to this port of it. The loop outlives it.
  static Result<std::unique_ptr<Cable>> lay(net::EventLoop& loop, std::uint16_t from,
                                            std::uint16_t to);
  ~Cable();

  Cable(const Cable&) = delete;
  Cable& operator=(const Cable&) = delete;

  void cut();
  void mend();

 private:
  struct Link;
  Cable(net::EventLoop& loop, std::uint16_t to);
  void forget_ended();

  net::EventLoop& loop_;
  const std::uint16_t to_;
  bool cut_ = false;  // loop thread, as all below
  std::unique_ptr<net::TcpListener> listener_;
  std::vector<std::unique_ptr<Link>> links_;
};

}  // namespace spillway::loadtest
