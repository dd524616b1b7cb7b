// A connection to an SMTP server, kept from mail to mail, and the mail that is on it, through
// libcurl's easy interface.
//
// A connection that was kept may have been ended by the server meanwhile (421, or cut without a
// word): that costs the connection only, and the mail gets one try on a fresh one.
//
// Threads: everything on the session's own but `cut_off`.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

#include <curl/curl.h>

#include "net/mail/mail.hpp"
#include "net/mail/smtp_mail.hpp"
#include "net/mail/smtp_verdict.hpp"

namespace spillway::net {

class SmtpSession {
 public:
  // `options` outlives it.
  explicit SmtpSession(const SmtpOptions& options);
  ~SmtpSession();
  SmtpSession(const SmtpSession&) = delete;
  SmtpSession& operator=(const SmtpSession&) = delete;

  DeliveryReport bring(const Mail& mail);

  // From any thread: whatever is under way ends at once, and nothing begins any more.
  void cut_off();

 private:
  enum class Connection : std::uint8_t { kept_or_new, fresh };

  CURLcode attempt(const Mail& mail, Connection connection);
  bool lost_a_kept_connection(CURLcode result) const;
  DeliveryReport why_not(const Mail& mail, CURLcode result) const;
  void set_server();
  void set_callbacks();
  void said(std::string_view command);
  void heard(std::string_view lines);

  static std::size_t read(char* out, std::size_t size, std::size_t count, void* session);
  static int watch(CURL*, curl_infotype type, char* text, std::size_t size, void* session);
  static int go_on(void* session, curl_off_t, curl_off_t, curl_off_t, curl_off_t);
  static curl_socket_t open_socket(void* session, curlsocktype, curl_sockaddr* address);
  static int close_socket(void* session, curl_socket_t socket);

  const SmtpOptions& options_;
  CURL* const easy_;
  std::string message_;
  std::size_t read_ = 0;
  SmtpPhase phase_ = SmtpPhase::connection;  // of the last command
  int code_ = 0;                             // of its answer; 0: none yet
  std::string answer_;                       // its text, lines joined by spaces
  bool leaving_ = false;                     // QUIT was said
  std::array<char, CURL_ERROR_SIZE> error_{};
  std::mutex mutex_;
  std::set<curl_socket_t> sockets_;
  bool cut_off_ = false;
};

}  // namespace spillway::net
