// Where a run is told its outcomes: every shop's event stream, its webhook and the buyers' mails,
// as far as the scenario wants them, and what came there.
//
// Threads: one; what comes arrives on loops of its own.
#pragma once

#include <memory>
#include <vector>

#include "loadtest/audit/books.hpp"
#include "loadtest/audit/event_watch.hpp"
#include "loadtest/scenario/scenario.hpp"
#include "loadtest/world/mail_sink.hpp"
#include "loadtest/world/webhook_sink.hpp"

namespace spillway::loadtest {

class Receivers {
 public:
  explicit Receivers(const AuditSettings& wanted);

  // Before the systems that send mails are started.
  Result<void> open_mails();
  std::uint16_t mail_port() const { return mails_ == nullptr ? 0 : mails_->port(); }
  // At targets that are ready. The error says which of them has nothing to offer.
  Result<void> open(const std::vector<Target>& targets, const std::vector<Shop>& shops);

  // Until every outcome in the books was told by everybody that was asked to, or nothing has come
  // any more for a while.
  void wait_until_told(const Books& books) const;
  // Takes the webhooks back from targets that go on living.
  void close(const std::vector<Target>& targets);

  bool any() const;
  std::array<bool, tellers> wanted() const;
  const Tellings& tellings() const { return tellings_; }

 private:
  bool all_told(const Books& books) const;

  const AuditSettings wanted_;
  Tellings tellings_;
  std::unique_ptr<MailSink> mails_;
  std::unique_ptr<WebhookSink> webhooks_;
  std::vector<std::unique_ptr<EventWatch>> events_;  // one a target
};

}  // namespace spillway::loadtest
