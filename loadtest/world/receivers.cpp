#include "loadtest/world/receivers.hpp"

#include <algorithm>
#include <thread>

#include "loadtest/audit/audit_tellings.hpp"

namespace spillway::loadtest {
namespace {

constexpr auto open_time_max = std::chrono::seconds(10);
constexpr auto receivers_look_interval = std::chrono::milliseconds(100);
// A delivery that failed is tried again after up to ten seconds, a mail after two.
constexpr auto quiet_time_max = std::chrono::seconds(15);

}  // namespace

Receivers::Receivers(const AuditSettings& wanted) : wanted_(wanted) {}

std::array<bool, tellers> Receivers::wanted() const {
  return {wanted_.events, wanted_.webhooks, wanted_.mails};
}

bool Receivers::any() const {
  return wanted_.wanted && (wanted_.events || wanted_.webhooks || wanted_.mails);
}

Result<void> Receivers::open_mails() {
  if (!wanted_.wanted || !wanted_.mails) return {};
  auto sink = MailSink::start(tellings_, 0);
  if (!sink) return sink.error();
  mails_ = std::move(*sink);
  return {};
}

Result<void> Receivers::open(const std::vector<Target>& targets, const std::vector<Shop>& shops) {
  if (!any()) return {};
  if (wanted_.webhooks) {
    auto sink = WebhookSink::start(tellings_);
    if (!sink) return sink.error();
    webhooks_ = std::move(*sink);
  }
  for (const Target& target : targets) {
    if (webhooks_ != nullptr) {
      ApiClient api(target.url);
      if (auto registered = webhooks_->register_shops(api, shops); !registered) return registered;
    }
    if (!wanted_.events) continue;
    events_.push_back(std::make_unique<EventWatch>(target, shops, tellings_));
    if (!events_.back()->wait_until_open(open_time_max)) {
      return Error{target.url + " has no event stream for every shop (GET /v1/events)"};
    }
  }
  return {};
}

bool Receivers::all_told(const Books& books) const {
  const auto wanted = this->wanted();
  return std::all_of(books.entries.begin(), books.entries.end(), [&](const BookEntry& entry) {
    const OrderTellings told = tellings_.of(entry.code);
    for (std::size_t i = 0; i < tellers; ++i) {
      const unsigned owed = outcomes_owed(entry, static_cast<Teller>(i));
      if (wanted[i] && (owed & ~static_cast<unsigned>(told[i].outcomes)) != 0) return false;
    }
    return true;
  });
}

void Receivers::wait_until_told(const Books& books) const {
  if (!any()) return;
  std::uint64_t arrived = tellings_.arrived();
  auto last_arrival = std::chrono::steady_clock::now();
  while (!all_told(books)) {
    std::this_thread::sleep_for(receivers_look_interval);
    const auto now = std::chrono::steady_clock::now();
    if (tellings_.arrived() != arrived) last_arrival = now;
    arrived = tellings_.arrived();
    if (now - last_arrival > quiet_time_max) return;
  }
}

void Receivers::close(const std::vector<Target>& targets) {
  events_.clear();
  if (webhooks_ == nullptr) return;
  for (const Target& target : targets) {
    ApiClient api(target.url);
    webhooks_->unregister(api);
  }
  webhooks_.reset();
}

}  // namespace spillway::loadtest
