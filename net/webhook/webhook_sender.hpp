// Webhooks over HTTPS through libcurl's multi interface, all on one thread: unlike mail, nothing of
// HTTP blocks it (names are looked up on libcurl's own threads), so that a receiver that hangs
// costs a connection and no thread.
//
//   2xx, with the answer's head                                              delivered
//   410                                                                      gone
//   everything else: other statuses, redirects among them, which are not followed; no connection, a
//   wrong certificate, an address that is not public, no answer in time      failed
//
// A Retry-After of whatever failed is told with it.
//
// Every address that a name led to is looked at when a socket is made for it: a name that is public
// at registration and private later (DNS rebinding) reaches nobody. No proxy is used, whatever the
// environment says.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "engine/telling/limits.hpp"
#include "net/webhook/webhook.hpp"
#include "net/webhook/webhook_url.hpp"

namespace spillway::net {

struct WebhookSenderOptions {
  WebhookReach reach = WebhookReach::internet;
  std::chrono::milliseconds connect_time_max = limits::webhook_connect_time_max;
  std::chrono::milliseconds answer_time_max = limits::webhook_answer_time_max;
};

class WebhookSender final : public WebhookPort {
 public:
  explicit WebhookSender(WebhookSenderOptions options);
  ~WebhookSender() override;

  void start(WebhookListener& listener) override;
  void deliver(std::uint64_t id, WebhookDelivery delivery) override;
  void stop() override;

 private:
  class Transfer;

  void run();
  void begin_waiting();
  void end_finished();

  const WebhookSenderOptions options_;
  WebhookListener* listener_ = nullptr;
  void* multi_ = nullptr;                             // CURLM
  std::vector<std::unique_ptr<Transfer>> transfers_;  // the thread's

  std::mutex mutex_;
  std::vector<std::pair<std::uint64_t, WebhookDelivery>> waiting_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace spillway::net
