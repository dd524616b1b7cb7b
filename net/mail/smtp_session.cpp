#include "net/mail/smtp_session.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstring>

#include <sys/socket.h>
#include <unistd.h>

#include "engine/base/invariants.hpp"
#include "engine/telling/limits.hpp"
#include "net/mail/mail_address.hpp"
#include "net/mail/mail_message.hpp"

namespace spillway::net {

SmtpSession::SmtpSession(const SmtpOptions& options) : options_(options), easy_(curl_easy_init()) {
  SPILLWAY_CHECK(easy_ != nullptr, "libcurl did not start");
}

SmtpSession::~SmtpSession() {
  curl_easy_cleanup(easy_);
}

DeliveryReport SmtpSession::bring(const Mail& mail) {
  auto message = to_message(mail);
  if (!message) return {Delivery::refused, "no mail can be written to that address"};
  message_ = std::move(*message);
  CURLcode result = attempt(mail, Connection::kept_or_new);
  if (lost_a_kept_connection(result)) result = attempt(mail, Connection::fresh);
  if (result == CURLE_OK) return {Delivery::delivered, {}};
  return why_not(mail, result);
}

CURLcode SmtpSession::attempt(const Mail& mail, Connection connection) {
  read_ = 0;
  phase_ = SmtpPhase::connection;
  code_ = 0;
  leaving_ = false;
  answer_.clear();
  error_.front() = '\0';
  curl_slist* const receivers =
      curl_slist_append(nullptr, mail_address_on_the_wire(mail.to_address).c_str());
  curl_easy_reset(easy_);  // but its connection
  set_server();
  set_callbacks();
  curl_easy_setopt(easy_, CURLOPT_FRESH_CONNECT, connection == Connection::fresh ? 1L : 0L);
  curl_easy_setopt(easy_, CURLOPT_MAIL_FROM, mail_address_on_the_wire(mail.from_address).c_str());
  curl_easy_setopt(easy_, CURLOPT_MAIL_RCPT, receivers);
  curl_easy_setopt(easy_, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(easy_, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(message_.size()));
  const CURLcode result = curl_easy_perform(easy_);
  curl_slist_free_all(receivers);
  return result;
}

// Not when it was cut after the final dot: the server may have the mail.
bool SmtpSession::lost_a_kept_connection(CURLcode result) const {
  constexpr int closing = 421;  // RFC 5321 3.8
  long connects = 0;
  curl_easy_getinfo(easy_, CURLINFO_NUM_CONNECTS, &connects);
  if (result == CURLE_OK || connects > 0) return false;
  const bool cut = code_ == 0 && (result == CURLE_SEND_ERROR || result == CURLE_RECV_ERROR ||
                                  result == CURLE_GOT_NOTHING);
  return code_ == closing || (cut && read_ == 0);
}

DeliveryReport SmtpSession::why_not(const Mail& mail, CURLcode result) const {
  const bool refused = code_ >= 400;
  const Delivery delivery = judge({phase_, refused ? code_ : 0, answer_});
  if (refused)
    return {delivery, told_reason(std::to_string(code_) + ' ' + answer_, mail.to_address)};
  const std::string_view said(error_.data());
  return {delivery, told_reason(said.empty() ? std::string_view(curl_easy_strerror(result)) : said,
                                mail.to_address)};
}

void SmtpSession::cut_off() {
  std::lock_guard lock(mutex_);
  cut_off_ = true;
  for (const int socket : sockets_) ::shutdown(socket, SHUT_RDWR);
}

void SmtpSession::set_server() {
  curl_easy_setopt(easy_, CURLOPT_URL, options_.url.c_str());
  curl_easy_setopt(easy_, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(easy_, CURLOPT_PROXY, "");  // none, whatever the environment says
  if (!options_.user.empty()) {
    curl_easy_setopt(easy_, CURLOPT_USERNAME, options_.user.c_str());
    curl_easy_setopt(easy_, CURLOPT_PASSWORD, options_.password.c_str());
  }
  const bool needed = tls_needed(options_);
  curl_easy_setopt(easy_, CURLOPT_USE_SSL,
                   static_cast<long>(needed ? CURLUSESSL_ALL : CURLUSESSL_TRY));
  if (!needed) {
    // Without a password to lose: encryption with whom ever is better than none (RFC 7435).
    curl_easy_setopt(easy_, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(easy_, CURLOPT_SSL_VERIFYHOST, 0L);
  }
  const auto answer_time_max =
      std::chrono::ceil<std::chrono::seconds>(options_.total_time_max).count();
  curl_easy_setopt(easy_, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(options_.connect_time_max.count()));
  curl_easy_setopt(easy_, CURLOPT_TIMEOUT_MS, static_cast<long>(options_.total_time_max.count()));
  curl_easy_setopt(easy_, CURLOPT_SERVER_RESPONSE_TIMEOUT, static_cast<long>(answer_time_max));
  curl_easy_setopt(easy_, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy_, CURLOPT_ERRORBUFFER, error_.data());
}

void SmtpSession::set_callbacks() {
  curl_easy_setopt(easy_, CURLOPT_READFUNCTION, read);
  curl_easy_setopt(easy_, CURLOPT_READDATA, this);
  curl_easy_setopt(easy_, CURLOPT_OPENSOCKETFUNCTION, open_socket);
  curl_easy_setopt(easy_, CURLOPT_OPENSOCKETDATA, this);
  curl_easy_setopt(easy_, CURLOPT_CLOSESOCKETFUNCTION, close_socket);
  curl_easy_setopt(easy_, CURLOPT_CLOSESOCKETDATA, this);
  curl_easy_setopt(easy_, CURLOPT_XFERINFOFUNCTION, go_on);
  curl_easy_setopt(easy_, CURLOPT_XFERINFODATA, this);
  curl_easy_setopt(easy_, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(easy_, CURLOPT_DEBUGFUNCTION, watch);
  curl_easy_setopt(easy_, CURLOPT_DEBUGDATA, this);
  curl_easy_setopt(easy_, CURLOPT_VERBOSE, 1L);  // calls `watch`, writes nothing itself
}

std::size_t SmtpSession::read(char* out, std::size_t size, std::size_t count, void* session) {
  auto& self = *static_cast<SmtpSession*>(session);
  const std::size_t part = std::min(size * count, self.message_.size() - self.read_);
  std::memcpy(out, self.message_.data() + self.read_, part);
  self.read_ += part;
  return part;
}

// libcurl does not tell at which step a server refused; but it shows the commands that it sends and
// the answers to them.
int SmtpSession::watch(CURL*, curl_infotype type, char* text, std::size_t size, void* session) {
  auto& self = *static_cast<SmtpSession*>(session);
  if (type == CURLINFO_HEADER_OUT) self.said({text, size});
  if (type == CURLINFO_HEADER_IN) self.heard({text, size});
  return 0;
}

// No line of a log-in can look like one of these but AUTH: Base64 has no space and no colon.
void SmtpSession::said(std::string_view command) {
  constexpr int go_on_with_log_in = 334;
  if (command.starts_with("QUIT") && code_ != go_on_with_log_in) {
    leaving_ = true;  // what was refused was refused before
    return;
  }
  code_ = 0;
  answer_.clear();
  if (command.starts_with("AUTH "))
    phase_ = SmtpPhase::log_in;
  else if (command.starts_with("MAIL FROM:"))
    phase_ = SmtpPhase::sender;
  else if (command.starts_with("RCPT TO:"))
    phase_ = SmtpPhase::recipient;
  else if (phase_ == SmtpPhase::recipient && command.starts_with("DATA"))
    phase_ = SmtpPhase::message;
}

void SmtpSession::heard(std::string_view lines) {
  if (leaving_) return;
  constexpr std::size_t code_size = 3;
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    std::string_view line = lines.substr(0, end);
    lines.remove_prefix(std::min(end + 1, lines.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    int code = 0;
    const auto [stop, error] =
        std::from_chars(line.data(), line.data() + std::min(line.size(), code_size), code);
    if (error != std::errc{} || stop != line.data() + code_size) continue;
    if (code != code_) answer_.clear();  // to the final dot, for which there is no command
    code_ = code;
    line.remove_prefix(std::min(code_size + 1, line.size()));
    if (!answer_.empty()) answer_.push_back(' ');
    answer_.append(line.substr(0, limits::mail_reason_max));
    if (answer_.size() > 4 * limits::mail_reason_max) answer_.resize(4 * limits::mail_reason_max);
  }
}

// Called once a second at least, also while a name is looked up.
int SmtpSession::go_on(void* session, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  auto& self = *static_cast<SmtpSession*>(session);
  std::lock_guard lock(self.mutex_);
  return self.cut_off_ ? 1 : 0;
}

curl_socket_t SmtpSession::open_socket(void* session, curlsocktype, curl_sockaddr* address) {
  auto& self = *static_cast<SmtpSession*>(session);
  std::lock_guard lock(self.mutex_);
  if (self.cut_off_) return CURL_SOCKET_BAD;
  const int socket = ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  if (socket < 0) return CURL_SOCKET_BAD;
  self.sockets_.insert(socket);
  return socket;
}

int SmtpSession::close_socket(void* session, curl_socket_t socket) {
  auto& self = *static_cast<SmtpSession*>(session);
  std::lock_guard lock(self.mutex_);
  self.sockets_.erase(socket);
  return ::close(socket);
}

}  // namespace spillway::net
