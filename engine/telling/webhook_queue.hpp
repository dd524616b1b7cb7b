// What is to be delivered to one endpoint: the rules of order, number, retries and giving up.
//
// New events are delivered in the order of their records, several at a time: one while nothing is
// known of the endpoint, one more with each success, and one again after a failure, so that an
// endpoint that hangs holds few connections. After limits::webhook_pause_after failures in a row
// the endpoint rests between two tries; it rests, too, for as long as its receiver asks
// (Retry-After). What failed is tried again with growing waits and given up
// limits::webhook_retry_time_max after its first failure; given up it stays in a list of bounded
// length, from which a person may send it again. While too much waits to be tried again no new
// events are taken: they wait in the views, where they cost nothing.
//
// The place is the record up to which nothing has to be remembered but what has an entry here:
// place and entries, written down in one go, are all that a restart needs. What was under way is
// delivered once more then.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>

#include "engine/base/ids.hpp"
#include "engine/base/time.hpp"
#include "engine/telling/limits.hpp"

namespace spillway {

// A delivery that failed, or that somebody wants again.
struct RetriedDelivery {
  std::uint16_t tries = 0;  // that failed
  Timestamp first_failed_at;
  Timestamp next_at;
  bool given_up = false;
  std::uint16_t answer = 0;  // the HTTP status of the last try; 0: none came
  std::string reason;        // why the last try failed, for people
  friend bool operator==(const RetriedDelivery&, const RetriedDelivery&) = default;
};

class WebhookQueue {
 public:
  // Begins after `place`. `seed` tells apart what retries side by side.
  WebhookQueue(RecordNumber place, std::uint64_t seed) : read_(place), seed_(seed) {}

  void restore(RecordNumber record, RetriedDelivery delivery);

  // New events: of those after `read()` there is room for some.
  bool wants_events() const;
  RecordNumber read() const { return read_; }
  void add(std::span<const RecordNumber> wanted, RecordNumber read_to);

  // Begins again after `record`, whatever was delivered since.
  void go_back(RecordNumber record);

  // The next to be tried now, under way from here on. None: nothing is due, or as many are under
  // way as may be.
  std::optional<RecordNumber> take(Timestamp now);

  // When `take` will have something without anything else happening; nothing: not of itself.
  std::optional<Timestamp> next_at() const;

  // True: it had an entry, which is gone. It stays when the delivery was asked for again meanwhile.
  bool delivered(RecordNumber record, Timestamp now);

  // Its entry, to be written down. `forgotten` had to leave the list for it: its entry is gone.
  struct Failure {
    const RetriedDelivery& delivery;
    std::optional<RecordNumber> forgotten;
  };
  // `asked`: for so long the receiver wants nothing, from any delivery.
  Failure failed(RecordNumber record, Timestamp now, std::uint16_t answer, std::string reason,
                 std::optional<Duration> asked = {});

  // To be tried at once, whether it was given up, is waiting, or was delivered long ago; after its
  // end, when it is under way. Its entry, to be written down.
  const RetriedDelivery& again(RecordNumber record, Timestamp now);

  RecordNumber place() const;
  const std::map<RecordNumber, RetriedDelivery>& entries() const { return entries_; }
  std::size_t given_up() const { return given_up_; }
  std::size_t waiting() const { return fresh_.size() + under_way_.size() + due_.size(); }
  std::size_t under_way() const { return under_way_.size(); }
  std::uint32_t failures_in_a_row() const { return failures_in_a_row_; }
  // Of an endpoint that fails: since when, as far as is known, and why the last try did.
  std::optional<Timestamp> failing_since() const;
  const std::string& last_failure() const { return last_failure_; }
  // How many became due here since it was made, each time they did.
  std::uint64_t entered() const { return entered_; }
  // When an entry that waits is tried next, at the earliest: never before `now`.
  Timestamp next_try(const RetriedDelivery& delivery, Timestamp now) const;
  // The oldest event that is neither delivered nor given up, of those that are known here.
  std::optional<RecordNumber> oldest() const;

 private:
  void wait_again(RecordNumber record, const RetriedDelivery& delivery);
  bool is_waiting(RecordNumber record) const;
  Timestamp rests_until(Timestamp now) const;
  void forget(RecordNumber record);

  RecordNumber read_;
  std::uint64_t seed_;
  std::deque<RecordNumber> fresh_;          // never tried
  std::set<RecordNumber> fresh_under_way_;  // being tried for the first time
  std::set<RecordNumber> under_way_;
  std::set<RecordNumber> once_more_;  // under way, and asked for again since
  std::map<RecordNumber, RetriedDelivery> entries_;
  std::set<std::pair<Timestamp, RecordNumber>> due_;  // entries that wait, by next_at
  std::size_t given_up_ = 0;
  std::size_t together_ = 1;  // may be under way
  std::uint32_t failures_in_a_row_ = 0;
  Timestamp rests_until_{};
  Timestamp asked_until_{};  // of the receiver; a success does not end it
  std::optional<Timestamp> failing_since_;
  std::string last_failure_;
  std::uint64_t entered_ = 0;
};

}  // namespace spillway
