// The buyers' end of the mails: a mail server on this machine that takes every mail and reads from
// its Message-ID which order's outcome it tells (docs/mail.md).
//
// Threads: made and destroyed on one; mails come on a loop of its own.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/base/result.hpp"
#include "loadtest/audit/tellings.hpp"
#include "net/stream/event_loop.hpp"
#include "net/stream/tcp_listener.hpp"

namespace spillway::loadtest {

class MailSink {
 public:
  // Listens on the loopback at this port; 0 takes a free one. The tellings outlive it.
  static Result<std::unique_ptr<MailSink>> start(Tellings& tellings, std::uint16_t port);
  ~MailSink();

  MailSink(const MailSink&) = delete;
  MailSink& operator=(const MailSink&) = delete;

  std::uint16_t port() const { return port_; }

 private:
  struct Peer;

  explicit MailSink(Tellings& tellings);

  Tellings& tellings_;
  net::EventLoop loop_{"mails"};
  std::unique_ptr<net::TcpListener> listener_;
  std::vector<std::unique_ptr<Peer>> peers_;
  std::uint16_t port_ = 0;
};

}  // namespace spillway::loadtest
