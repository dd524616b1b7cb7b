#include "net/smtp_mail.hpp"

#include <algorithm>
#include <cstring>
#include <optional>
#include <set>
#include <string_view>

#include <curl/curl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/limits.hpp"
#include "net/mail_address.hpp"
#include "net/mail_message.hpp"

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

// A connection and the mail that is on it. Everything on its own thread but `cut_off`.
class SmtpMail::Worker {
 public:
  explicit Worker(const SmtpOptions& options) : options_(options), easy_(curl_easy_init()) {
    SPILLWAY_CHECK(easy_ != nullptr, "libcurl did not start");
  }
  ~Worker() { curl_easy_cleanup(easy_); }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  Delivery bring(const Mail& mail) {
    auto message = to_message(mail);
    if (!message) return Delivery::refused;
    message_ = std::move(*message);
    read_ = 0;
    mail_said_ = false;
    curl_slist* const receivers =
        curl_slist_append(nullptr, mail_address_on_the_wire(mail.to_address).c_str());
    curl_easy_reset(easy_);  // but its connection
    set_server();
    set_callbacks();
    curl_easy_setopt(easy_, CURLOPT_MAIL_FROM, mail_address_on_the_wire(mail.from_address).c_str());
    curl_easy_setopt(easy_, CURLOPT_MAIL_RCPT, receivers);
    curl_easy_setopt(easy_, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(easy_, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(message_.size()));
    const CURLcode result = curl_easy_perform(easy_);
    curl_slist_free_all(receivers);
    return result == CURLE_OK ? Delivery::delivered : why_not();
  }

  // From any thread: whatever is under way ends at once, and nothing begins any more.
  void cut_off() {
    std::lock_guard lock(mutex_);
    cut_off_ = true;
    for (const int socket : sockets_) ::shutdown(socket, SHUT_RDWR);
  }

 private:
  Delivery why_not() const {
    long code = 0;
    curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &code);
    const bool of_log_in = code == 530 || code == 534 || code == 535 || code == 538;
    const bool of_this_mail = mail_said_ && code >= 500 && code <= 599 && !of_log_in;
    return of_this_mail ? Delivery::refused : Delivery::later;
  }

  void set_server() {
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
    if (!needed && !url_parts(options_.url)->encrypted) {
      // Nobody asked for encryption: with whom ever is better than none (RFC 7435).
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
  }

  void set_callbacks() {
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

  static std::size_t read(char* out, std::size_t size, std::size_t count, void* worker) {
    auto& self = *static_cast<Worker*>(worker);
    const std::size_t part = std::min(size * count, self.message_.size() - self.read_);
    std::memcpy(out, self.message_.data() + self.read_, part);
    self.read_ += part;
    return part;
  }

  // libcurl does not tell at which stage a server refused; but it shows the commands it sends.
  static int watch(CURL*, curl_infotype type, char* text, std::size_t size, void* worker) {
    if (type == CURLINFO_HEADER_OUT && std::string_view(text, size).starts_with("MAIL FROM:")) {
      static_cast<Worker*>(worker)->mail_said_ = true;
    }
    return 0;
  }

  // Called once a second at least, also while a name is looked up.
  static int go_on(void* worker, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    auto& self = *static_cast<Worker*>(worker);
    std::lock_guard lock(self.mutex_);
    return self.cut_off_ ? 1 : 0;
  }

  static curl_socket_t open_socket(void* worker, curlsocktype, curl_sockaddr* address) {
    auto& self = *static_cast<Worker*>(worker);
    std::lock_guard lock(self.mutex_);
    if (self.cut_off_) return CURL_SOCKET_BAD;
    const int socket =
        ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    if (socket < 0) return CURL_SOCKET_BAD;
    self.sockets_.insert(socket);
    return socket;
  }

  static int close_socket(void* worker, curl_socket_t socket) {
    auto& self = *static_cast<Worker*>(worker);
    std::lock_guard lock(self.mutex_);
    self.sockets_.erase(socket);
    return ::close(socket);
  }

  const SmtpOptions& options_;
  CURL* const easy_;
  std::string message_;
  std::size_t read_ = 0;
  bool mail_said_ = false;  // the server has been told of the mail, if only its sender
  std::mutex mutex_;
  std::set<curl_socket_t> sockets_;
  bool cut_off_ = false;
};

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
  // The threads take no signals: those are for the program's main thread, and a broken pipe is
  // libcurl's error to report.
  sigset_t all{};
  sigset_t before{};
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  for (std::size_t i = 0; i < limits::mails_in_flight_max; ++i) {
    Worker& worker = *workers_.emplace_back(std::make_unique<Worker>(options_));
    threads_.emplace_back([this, &worker] { work(worker); });
    pthread_setname_np(threads_.back().native_handle(), "smtp");
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void SmtpMail::deliver(std::uint64_t id, Mail mail) {
  {
    std::lock_guard lock(mutex_);
    if (stopping_) return;
    waiting_.emplace_back(id, std::move(mail));
  }
  changed_.notify_one();
}

void SmtpMail::stop() {
  loop_.run_and_wait([&] { listener_ = nullptr; });
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    waiting_.clear();
  }
  changed_.notify_all();
  for (const auto& worker : workers_) worker->cut_off();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  workers_.clear();
  loop_.run_and_wait([] {});  // what they had posted has run
}

void SmtpMail::work(Worker& worker) {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [&] { return stopping_ || !waiting_.empty(); });
    if (stopping_) return;
    const auto [id, mail] = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    tell(id, worker.bring(mail));
    lock.lock();
  }
}

void SmtpMail::tell(std::uint64_t id, Delivery delivery) {
  loop_.post([this, id, delivery] {
    if (listener_ != nullptr) listener_->on_delivery(id, delivery);
  });
}

}  // namespace spillway::net
