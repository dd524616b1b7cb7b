#include "engine/telling/webhook_queue.hpp"

#include <algorithm>

#include "engine/base/backoff.hpp"
#include "engine/telling/limits.hpp"

namespace spillway {

void WebhookQueue::wait_again(RecordNumber record, const RetriedDelivery& delivery) {
  due_.emplace(delivery.next_at, record);
}

bool WebhookQueue::is_waiting(RecordNumber record) const {
  const auto found = entries_.find(record);
  return found != entries_.end() && !found->second.given_up;
}

void WebhookQueue::forget(RecordNumber record) {
  const auto found = entries_.find(record);
  if (found == entries_.end()) return;
  if (found->second.given_up) --given_up_;
  due_.erase({found->second.next_at, record});
  entries_.erase(found);
}

void WebhookQueue::restore(RecordNumber record, RetriedDelivery delivery) {
  const auto [place, fresh] = entries_.emplace(record, std::move(delivery));
  SPILLWAY_CHECK(fresh, "a delivery was restored twice");
  if (place->second.given_up) {
    ++given_up_;
  } else {
    ++entered_;
    wait_again(record, place->second);
  }
}

bool WebhookQueue::wants_events() const {
  return fresh_.empty() && entries_.size() - given_up_ < limits::webhook_retries_max;
}

void WebhookQueue::add(std::span<const RecordNumber> wanted, RecordNumber read_to) {
  SPILLWAY_CHECK(read_to >= read_, "an endpoint's events go back");
  for (const RecordNumber record : wanted) {
    if (under_way_.contains(record) || is_waiting(record)) continue;
    fresh_.push_back(record);
    ++entered_;
  }
  read_ = read_to;
}

void WebhookQueue::go_back(RecordNumber record) {
  fresh_.clear();
  read_ = std::min(record, place());
}

// A time further off than any wait is long: the clock was set back since.
Timestamp WebhookQueue::rests_until(Timestamp now) const {
  const bool rests = rests_until_ - now <= limits::webhook_pause_max;
  const bool asked = asked_until_ - now <= limits::webhook_retry_after_max;
  return std::max(rests ? rests_until_ : Timestamp{}, asked ? asked_until_ : Timestamp{});
}

Timestamp WebhookQueue::next_try(const RetriedDelivery& delivery, Timestamp now) const {
  return std::max({delivery.next_at, rests_until(now), now});
}

std::optional<RecordNumber> WebhookQueue::take(Timestamp now) {
  if (under_way_.size() >= together_ || now < rests_until(now)) return std::nullopt;
  RecordNumber record;
  if (!due_.empty() &&
      (due_.begin()->first <= now || due_.begin()->first - now > limits::webhook_retry_max)) {
    record = due_.begin()->second;
    due_.erase(due_.begin());
  } else if (!fresh_.empty()) {
    record = fresh_.front();
    fresh_.pop_front();
    fresh_under_way_.insert(record);
  } else {
    return std::nullopt;
  }
  under_way_.insert(record);
  return record;
}

std::optional<Timestamp> WebhookQueue::next_at() const {
  if (under_way_.size() >= together_) return std::nullopt;
  const Timestamp rested = std::max(rests_until_, asked_until_);
  if (!fresh_.empty()) return rested;
  if (due_.empty()) return std::nullopt;
  return std::max(due_.begin()->first, rested);
}

bool WebhookQueue::delivered(RecordNumber record, Timestamp now) {
  under_way_.erase(record);
  fresh_under_way_.erase(record);
  const bool wanted_again = once_more_.erase(record) > 0;
  const bool had_entry = !wanted_again && entries_.contains(record);
  if (wanted_again)
    wait_again(record, entries_.at(record));
  else
    forget(record);
  together_ = std::min(together_ + 1, limits::webhook_in_flight_max);
  if (failures_in_a_row_ >= limits::webhook_pause_after) {
    // It is back: what waits for its next try need not wait any more.
    due_.clear();
    for (auto& [waiting, entry] : entries_) {
      if (entry.given_up || under_way_.contains(waiting)) continue;
      entry.next_at = std::min(entry.next_at, now);
      wait_again(waiting, entry);
    }
  }
  failures_in_a_row_ = 0;
  rests_until_ = {};
  failing_since_.reset();
  last_failure_.clear();
  return had_entry;
}

std::optional<Timestamp> WebhookQueue::failing_since() const {
  if (failing_since_) return failing_since_;
  std::optional<Timestamp> since;  // of before the start
  for (const auto& [record, entry] : entries_)
    if (!entry.given_up && entry.tries > 0)
      since = std::min(since.value_or(entry.first_failed_at), entry.first_failed_at);
  return since;
}

WebhookQueue::Failure WebhookQueue::failed(RecordNumber record, Timestamp now, std::uint16_t answer,
                                           std::string reason, std::optional<Duration> asked) {
  under_way_.erase(record);
  fresh_under_way_.erase(record);
  once_more_.erase(record);  // it is tried again anyhow
  together_ = 1;
  if (++failures_in_a_row_ >= limits::webhook_pause_after)
    rests_until_ =
        now + backoff::delay(failures_in_a_row_ - limits::webhook_pause_after + 1,
                             limits::webhook_retry_min, limits::webhook_pause_max, seed_);
  if (!failing_since_) failing_since_ = now;
  last_failure_ = reason;
  if (asked) asked_until_ = now + std::min<Duration>(*asked, limits::webhook_retry_after_max);

  RetriedDelivery& entry = entries_[record];
  if (entry.given_up) {  // it was sent again with all that came after some event
    --given_up_;
    entry = {};
  }
  if (entry.tries == 0) entry.first_failed_at = now;
  if (entry.tries < UINT16_MAX) ++entry.tries;
  entry.answer = answer;
  entry.reason = std::move(reason);
  if (now - entry.first_failed_at < limits::webhook_retry_time_max) {
    entry.next_at = now + backoff::delay(entry.tries, limits::webhook_retry_min,
                                         limits::webhook_retry_max, seed_ ^ record.value);
    if (asked) entry.next_at = std::max(entry.next_at, asked_until_);
    wait_again(record, entry);
    return {entry, std::nullopt};
  }
  entry.given_up = true;
  ++given_up_;
  if (given_up_ <= limits::webhook_failed_max) return {entry, std::nullopt};
  const auto oldest = std::ranges::find_if(
      entries_, [&](const auto& each) { return each.second.given_up && each.first != record; });
  const RecordNumber forgotten = oldest->first;
  forget(forgotten);
  return {entry, forgotten};
}

const RetriedDelivery& WebhookQueue::again(RecordNumber record, Timestamp now) {
  const bool was_waiting = is_waiting(record);
  RetriedDelivery& entry = entries_[record];
  if (entry.given_up) --given_up_;
  due_.erase({entry.next_at, record});
  entry.given_up = false;
  entry.tries = 0;
  entry.next_at = now;
  if (under_way_.contains(record)) {
    once_more_.insert(record);
  } else {
    if (!was_waiting) ++entered_;
    wait_again(record, entry);
  }
  return entry;
}

RecordNumber WebhookQueue::place() const {
  RecordNumber first_open{read_.value + 1};
  if (!fresh_.empty()) first_open = std::min(first_open, fresh_.front());
  if (!fresh_under_way_.empty()) first_open = std::min(first_open, *fresh_under_way_.begin());
  return {first_open.value - 1};
}

std::optional<RecordNumber> WebhookQueue::oldest() const {
  std::optional<RecordNumber> oldest;
  const auto consider = [&](RecordNumber record) {
    if (!oldest || record < *oldest) oldest = record;
  };
  if (!fresh_.empty()) consider(fresh_.front());
  if (!under_way_.empty()) consider(*under_way_.begin());
  for (const auto& [record, entry] : entries_) {
    if (entry.given_up) continue;
    consider(record);
    break;
  }
  return oldest;
}

}  // namespace spillway
