#include "net/mail/smtp_mail.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

#include <curl/curl.h>
#include <pthread.h>
#include <signal.h>

#include "engine/telling/limits.hpp"
#include "net/mail/smtp_session.hpp"

namespace spillway::net {

namespace {

struct UrlParts {
  bool encrypted = false;
  std::string_view host;
};

std::optional<UrlParts> url_parts(std::string_view url) {
  UrlParts parts;
  parts.encrypted = url.starts_with("smtps://");
  if (!parts.encrypted && !url.starts_with("smtp://")) return std::nullopt;
  url.remove_prefix(parts.encrypted ? 8 : 7);
  const std::string_view authority = url.substr(0, url.find('/'));
  parts.host = authority.starts_with('[') ? authority.substr(0, authority.find(']') + 1)
                                          : authority.substr(0, authority.find(':'));
  const std::string_view port = authority.substr(parts.host.size());
  const bool port_fits =
      port.empty() || (port.size() > 1 && port.size() <= 6 &&
                       port.find_first_not_of("0123456789", 1) == std::string_view::npos);
  if (parts.host.empty() || !port_fits || url.find_first_of("@ \r\n\t") != std::string_view::npos) {
    return std::nullopt;
  }
  return parts;
}

bool is_this_machine(std::string_view host) {
  return host == "localhost" || host == "[::1]" || host == "127.0.0.1";
}

}  // namespace

bool tls_needed(const SmtpOptions& options) {
  const auto parts = url_parts(options.url);
  return options.tls_required ||
         (!options.user.empty() && !(parts.has_value() && is_this_machine(parts->host)));
}

Result<std::unique_ptr<SmtpMail>> SmtpMail::open(EventLoop& loop, SmtpOptions options) {
  if (!url_parts(options.url)) {
    return Error{
        "the mail server's address must look like smtp://mail.example:587 or "
        "smtps://mail.example, with user and password apart from it"};
  }
  return std::unique_ptr<SmtpMail>(new SmtpMail(loop, std::move(options)));
}

SmtpMail::SmtpMail(EventLoop& loop, SmtpOptions options)
    : loop_(loop), options_(std::move(options)) {
  // Thread-safe since libcurl 7.84; counted, so a call for each object is right.
  SPILLWAY_CHECK(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK, "libcurl did not start");
}

SmtpMail::~SmtpMail() {
  stop();
  curl_global_cleanup();
}

void SmtpMail::start(MailListener& listener) {
  loop_.run_and_wait([&] { listener_ = &listener; });
}

void SmtpMail::deliver(std::uint64_t id, Mail mail) {
  {
    std::lock_guard lock(mutex_);
    if (stopping_) return;
    waiting_.emplace_back(id, std::move(mail));
    if (waiting_.size() > idle_ && threads_.size() < limits::mail_connections_max) begin_thread();
  }
  changed_.notify_one();
}

// The threads take no signals: those are for the program's main thread, and a broken pipe is
// libcurl's error to report.
void SmtpMail::begin_thread() {
  sigset_t all{};
  sigset_t before{};
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  SmtpSession& session = *sessions_.emplace_back(std::make_unique<SmtpSession>(options_));
  threads_.emplace_back([this, &session] { work(session); });
  pthread_setname_np(threads_.back().native_handle(), "smtp");
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  ++idle_;
}

void SmtpMail::stop() {
  loop_.run_and_wait([&] { listener_ = nullptr; });
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    waiting_.clear();
  }
  changed_.notify_all();
  for (const auto& session : sessions_) session->cut_off();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  sessions_.clear();
  loop_.run_and_wait([] {});  // what they had posted has run
}

void SmtpMail::work(SmtpSession& session) {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [&] { return stopping_ || !waiting_.empty(); });
    if (stopping_) return;
    --idle_;
    const auto [id, mail] = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    DeliveryReport report = session.bring(mail);
    lock.lock();
    ++idle_;  // before anybody hears of it and has the next
    tell(id, std::move(report));
  }
}

void SmtpMail::tell(std::uint64_t id, DeliveryReport report) {
  loop_.post([this, id, report = std::move(report)]() mutable {
    if (listener_ != nullptr) listener_->on_delivery(id, std::move(report));
  });
}

}  // namespace spillway::net
