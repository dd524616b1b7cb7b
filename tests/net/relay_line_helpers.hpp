// What tests of a relay line need: a seal that seals nothing, a listener that remembers, requests.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstring>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "engine/card.hpp"
#include "net/iso8583_connection.hpp"

namespace spillway::net {

constexpr auto patience = std::chrono::seconds(30);

// Puts the card into the sealed bytes as it is, with the shop it is for.
class OpenSeal : public CardSeal {
 public:
  SealedCard seal(const CardDetails& card, ShopId shop) const override {
    SealedCard sealed;
    const std::string_view digits = card.number.digits();
    sealed.bytes[0] = static_cast<std::byte>(digits.size());
    std::memcpy(sealed.bytes.data() + 1, digits.data(), digits.size());
    std::memcpy(sealed.bytes.data() + 24, &shop.value, 4);
    std::memcpy(sealed.bytes.data() + 28, &card.expiry.year, 2);
    sealed.bytes[30] = static_cast<std::byte>(card.expiry.month);
    return sealed;
  }
  std::optional<CardDetails> open(const SealedCard& sealed, ShopId shop) const override {
    if (std::memcmp(sealed.bytes.data() + 24, &shop.value, 4) != 0) return std::nullopt;
    std::array<char, 19> digits{};
    const auto size = static_cast<std::size_t>(sealed.bytes[0]);
    if (size > digits.size()) return std::nullopt;
    std::memcpy(digits.data(), sealed.bytes.data() + 1, size);
    const auto number = CardNumber::from({digits.data(), size});
    if (!number) return std::nullopt;
    CardDetails card{*number, {}};
    std::memcpy(&card.expiry.year, sealed.bytes.data() + 28, 2);
    card.expiry.month = static_cast<std::uint8_t>(sealed.bytes[30]);
    return card;
  }
};

// Remembers what a line tells, and waits for it.
class LineRecorder : public RelayListener {
 public:
  void on_line_up() override {
    change([&] { ++ups_; });
  }
  void on_line_down(LineLoss loss, const std::string& why) override {
    change([&] {
      losses_.push_back(loss);
      reasons_.push_back(why);
    });
  }
  void on_no_line(const std::string& why) override {
    change([&] { tries_.push_back(why); });
  }
  void on_passed_over(std::vector<PassedOver> messages) override {
    change([&] {
      for (const PassedOver& message : messages)
        passed_over_.insert(passed_over_.end(), message.count, message.why);
    });
  }
  void on_tls_failed(const std::string& why) override {
    change([&] { failures_.push_back(why); });
  }
  void on_replies(std::vector<RelayReply> replies) override {
    change([&] {
      ++reply_calls_;
      replies_.insert(replies_.end(), replies.begin(), replies.end());
    });
  }

  bool wait_for_ups(std::size_t count) {
    return wait([&] { return ups_ >= count; });
  }
  bool wait_for_losses(std::size_t count) {
    return wait([&] { return losses_.size() >= count; });
  }
  bool wait_for_replies(std::size_t count) {
    return wait([&] { return replies_.size() >= count; });
  }

  bool wait_for_tries(std::size_t count) {
    return wait([&] { return tries_.size() >= count; });
  }
  bool wait_for_passed_over(std::size_t count) {
    return wait([&] { return passed_over_.size() >= count; });
  }
  // Why the line went down; why it was not made; what was passed over.
  std::vector<std::string> reasons() const { return locked(reasons_); }
  std::vector<std::string> tries() const { return locked(tries_); }
  std::vector<iso8583::Unreadable> passed_over() const { return locked(passed_over_); }

  bool wait_for_failures(std::size_t count) {
    return wait([&] { return failures_.size() >= count; });
  }
  std::vector<std::string> failures() const { return locked(failures_); }
  std::size_t ups() const { return locked(ups_); }
  std::vector<LineLoss> losses() const { return locked(losses_); }
  std::vector<RelayReply> replies() const { return locked(replies_); }
  std::size_t reply_calls() const { return locked(reply_calls_); }

 private:
  template <class Change>
  void change(Change make) {
    {
      std::lock_guard lock(mutex_);
      make();
    }
    changed_.notify_all();
  }
  template <class Condition>
  bool wait(Condition holds) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, holds);
  }
  template <class Value>
  Value locked(const Value& value) const {
    std::lock_guard lock(mutex_);
    return value;
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t ups_ = 0;
  std::size_t reply_calls_ = 0;
  std::vector<LineLoss> losses_;
  std::vector<std::string> reasons_;
  std::vector<std::string> tries_;
  std::vector<iso8583::Unreadable> passed_over_;
  std::vector<std::string> failures_;
  std::vector<RelayReply> replies_;
};

inline RelayOptions options_for(std::uint16_t port) {
  RelayOptions options;
  options.host = "127.0.0.1";
  options.port = port;
  options.acquirer = "123456";
  options.merchants[ShopId{1}] = {"5999", "TERM0001", "SHOP00000000001"};
  options.reconnect_min = std::chrono::milliseconds(1);
  options.reconnect_max = std::chrono::milliseconds(50);
  return options;
}

constexpr std::string_view usable_card = "4242424242424242";

inline RelayRequest request_for(const CardSeal& seal, std::uint64_t order,
                                std::string_view card = usable_card, std::uint16_t attempt = 1) {
  RelayRequest request;
  request.message = RelayMessage::authorization;
  request.reference = make_reference(1, {order}, {attempt});
  request.stan = make_stan({order}, {attempt});
  request.sent_at = std::chrono::floor<Duration>(std::chrono::system_clock::now());
  request.amount = {3150, {392}};
  request.shop = {1};
  request.card = seal.seal({CardNumber::from(card).value(), {2028, 12}}, {1});
  return request;
}

inline RelayRequest as(RelayMessage message, RelayRequest request) {
  request.message = message;
  return request;
}

}  // namespace spillway::net
