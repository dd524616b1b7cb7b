// Mails to an SMTP server (RFC 5321) through libcurl: up to limits::mail_connections_max threads,
// begun as they are needed, each with a connection that it keeps and uses again, and with one mail
// at a time. Not libcurl's multi interface on the loop: libcurl 7.88 waits for the answer to the
// final dot, and to QUIT, on the thread that drives it, so eight mails on a loop went one by one
// and a silent server held the loop.
//
// What the server's answers mean is the table of smtp_verdict.hpp. A server that takes the final
// dot and is cut off before its answer gets the mail once more: at least once, under the same
// Message-ID.
//
// TLS: where it is needed (`tls_needed`) the server's certificate must be right. Elsewhere STARTTLS
// is used when the server offers it, and `smtps://` always, whatever the certificate.
//
// What is given beyond the mails in flight waits inside; who gives bounds it.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/telling/limits.hpp"
#include "net/mail/mail.hpp"
#include "net/stream/event_loop.hpp"

namespace spillway::net {

class SmtpSession;

struct SmtpOptions {
  std::string url{};   // "smtp://mail.example:587"; "smtps://mail.example:465" begins with TLS
  std::string user{};  // empty: no log-in
  std::string password{};
  bool tls_required = false;  // STARTTLS or nothing; with a user always so, but on this machine
  std::chrono::milliseconds connect_time_max{10'000};
  std::chrono::milliseconds total_time_max{60'000};  // of one mail, with its connecting
};

// Whether the connection must be encrypted: when asked for, and when a password would otherwise
// leave this machine in the clear. `smtps://` always is.
bool tls_needed(const SmtpOptions& options);

class SmtpMail : public MailPort {
 public:
  // `loop` outlives the object; the listener is called on it. An error when the address is none.
  static Result<std::unique_ptr<SmtpMail>> open(EventLoop& loop, SmtpOptions options);

  ~SmtpMail() override;

  void start(MailListener& listener) override;
  void deliver(std::uint64_t id, Mail mail) override;
  // Cuts the mails in flight off, without waiting for the server. Not on the loop's thread.
  void stop() override;

 private:
  SmtpMail(EventLoop& loop, SmtpOptions options);
  void begin_thread();  // the mutex is held
  void work(SmtpSession& session);
  void tell(std::uint64_t id, DeliveryReport report);

  EventLoop& loop_;
  const SmtpOptions options_;
  MailListener* listener_ = nullptr;  // loop thread only

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::pair<std::uint64_t, Mail>> waiting_;
  bool stopping_ = false;
  std::size_t idle_ = 0;  // threads that wait for a mail, or will at once
  std::vector<std::unique_ptr<SmtpSession>> sessions_;
  std::vector<std::thread> threads_;
};

}  // namespace spillway::net
