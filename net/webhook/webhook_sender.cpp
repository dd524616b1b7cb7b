#include "net/webhook/webhook_sender.hpp"

#include <algorithm>
#include <csignal>

#include <curl/curl.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/base/invariants.hpp"
#include "engine/telling/limits.hpp"
#include "net/stream/public_address.hpp"
#include "net/webhook/retry_after.hpp"

namespace spillway::net {

// One delivery under way. Everything on the sender's thread.
class WebhookSender::Transfer {
 public:
  Transfer(const WebhookSenderOptions& options, std::uint64_t id, WebhookDelivery delivery)
      : options_(options), id_(id), delivery_(std::move(delivery)), easy_(curl_easy_init()) {
    SPILLWAY_CHECK(easy_ != nullptr, "libcurl did not start");
    for (const std::string& line :
         {std::string("Content-Type: application/json"), "webhook-id: " + delivery_.id,
          "webhook-timestamp: " + delivery_.timestamp, "webhook-signature: " + delivery_.signature,
          std::string("Expect:")}) {
      headers_ = curl_slist_append(headers_, line.c_str());
    }
    set_request();
    set_limits();
  }
  ~Transfer() {
    curl_easy_cleanup(easy_);
    curl_slist_free_all(headers_);
  }
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  CURL* easy() const { return easy_; }
  std::uint64_t id() const { return id_; }

  // An answer that is too long, or stops in the middle, was still an answer.
  WebhookResult result(CURLcode code) const {
    long status = 0;
    curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
    WebhookResult result;
    result.answer = static_cast<std::uint16_t>(std::clamp(status, 0L, 999L));
    if (status >= 200 && status <= 299) {
      result.kind = WebhookResult::Kind::delivered;
    } else if (status == 410) {
      result.kind = WebhookResult::Kind::gone;
      result.reason = "the receiver says that it is gone";
    } else if (status != 0) {
      result.reason = "the receiver answered " + std::to_string(status);
      result.retry_after = retry_after();
    } else if (not_public_) {
      result.reason = "the name leads to an address that is not public";
    } else {
      result.reason = curl_easy_strerror(code);
    }
    return result;
  }

 private:
  // The last one, should there be several.
  std::optional<Duration> retry_after() const {
    curl_header* field = nullptr;
    const CURLHcode found = curl_easy_header(easy_, "Retry-After", 0, CURLH_HEADER, -1, &field);
    if (found != CURLHE_OK) return std::nullopt;
    const auto now = std::chrono::system_clock::now();
    return read_retry_after(field->value, std::chrono::floor<Duration>(now));
  }

  void set_request() {
    curl_easy_setopt(easy_, CURLOPT_URL, delivery_.url.c_str());
    curl_easy_setopt(easy_, CURLOPT_PROTOCOLS_STR,
                     options_.reach == WebhookReach::internet ? "https" : "https,http");
    curl_easy_setopt(easy_, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy_, CURLOPT_PROXY, "");
    curl_easy_setopt(easy_, CURLOPT_HTTPHEADER, headers_);
    curl_easy_setopt(easy_, CURLOPT_USERAGENT, "Spillway/" SPILLWAY_VERSION);
    curl_easy_setopt(easy_, CURLOPT_POST, 1L);
    curl_easy_setopt(easy_, CURLOPT_POSTFIELDS, delivery_.body.data());
    curl_easy_setopt(easy_, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(delivery_.body.size()));
    curl_easy_setopt(easy_, CURLOPT_PRIVATE, this);
  }

  void set_limits() {
    curl_easy_setopt(easy_, CURLOPT_CONNECTTIMEOUT_MS,
                     static_cast<long>(options_.connect_time_max.count()));
    curl_easy_setopt(easy_, CURLOPT_TIMEOUT_MS,
                     static_cast<long>(options_.answer_time_max.count()));
    curl_easy_setopt(easy_, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy_, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(easy_, CURLOPT_WRITEDATA, this);
    curl_easy_setopt(easy_, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(easy_, CURLOPT_OPENSOCKETDATA, this);
  }

  // The answer's body means nothing; one without an end is cut off.
  static std::size_t take(char*, std::size_t size, std::size_t count, void* transfer) {
    auto& self = *static_cast<Transfer*>(transfer);
    self.taken_ += size * count;
    return self.taken_ <= limits::webhook_answer_max ? size * count : 0;
  }

  static curl_socket_t open_socket(void* transfer, curlsocktype, curl_sockaddr* address) {
    auto& self = *static_cast<Transfer*>(transfer);
    const bool here = self.options_.reach == WebhookReach::and_loopback;
    if (!is_public_address(address->addr) && !(here && is_loopback_address(address->addr))) {
      self.not_public_ = true;
      return CURL_SOCKET_BAD;
    }
    self.not_public_ = false;
    return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  }

  const WebhookSenderOptions& options_;
  const std::uint64_t id_;
  const WebhookDelivery delivery_;
  CURL* const easy_;
  curl_slist* headers_ = nullptr;
  std::size_t taken_ = 0;
  bool not_public_ = false;  // the last address that was tried
};

WebhookSender::WebhookSender(WebhookSenderOptions options) : options_(options) {
  SPILLWAY_CHECK(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK, "libcurl did not start");
  multi_ = curl_multi_init();
  SPILLWAY_CHECK(multi_ != nullptr, "libcurl did not start");
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS,
                    static_cast<long>(limits::webhook_deliveries_max));
}

WebhookSender::~WebhookSender() {
  stop();
  curl_multi_cleanup(multi_);
  curl_global_cleanup();
}

void WebhookSender::start(WebhookListener& listener) {
  listener_ = &listener;
  // The thread takes no signals: a broken pipe is libcurl's error to report.
  sigset_t all{};
  sigset_t before{};
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  thread_ = std::thread([this] { run(); });
  pthread_setname_np(thread_.native_handle(), "webhooks");
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void WebhookSender::deliver(std::uint64_t id, WebhookDelivery delivery) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.emplace_back(id, std::move(delivery));
  }
  curl_multi_wakeup(multi_);
}

void WebhookSender::stop() {
  stopping_ = true;
  curl_multi_wakeup(multi_);
  if (thread_.joinable()) thread_.join();
}

void WebhookSender::run() {
  constexpr int poll_time_max_ms = 1'000;
  while (!stopping_) {
    begin_waiting();
    int running = 0;
    curl_multi_perform(multi_, &running);
    end_finished();
    curl_multi_poll(multi_, nullptr, 0, poll_time_max_ms, nullptr);
  }
  for (const auto& transfer : transfers_) curl_multi_remove_handle(multi_, transfer->easy());
  transfers_.clear();
}

void WebhookSender::begin_waiting() {
  std::vector<std::pair<std::uint64_t, WebhookDelivery>> waiting;
  {
    const std::lock_guard lock(mutex_);
    waiting.swap(waiting_);
  }
  for (auto& [id, delivery] : waiting) {
    transfers_.push_back(std::make_unique<Transfer>(options_, id, std::move(delivery)));
    curl_multi_add_handle(multi_, transfers_.back()->easy());
  }
}

void WebhookSender::end_finished() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode code = message->data.result;
    CURL* const easy = message->easy_handle;
    curl_multi_remove_handle(multi_, easy);
    const auto found =
        std::ranges::find(transfers_, easy, [](const auto& each) { return each->easy(); });
    SPILLWAY_CHECK(found != transfers_.end(), "libcurl ended a transfer that nobody began");
    const std::unique_ptr<Transfer> transfer = std::move(*found);
    transfers_.erase(found);
    if (!stopping_) listener_->on_result(transfer->id(), transfer->result(code));
  }
}

}  // namespace spillway::net
