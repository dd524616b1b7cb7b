// What is counted while the system runs, as plain numbers that hot code adds to, and the text that
// GET /metrics gives of them (Prometheus text format 0.0.4). No name is looked up at run time: a
// metric is a member. An addition is one relaxed atomic instruction, about 5 ns; on the way of an
// order add once a batch.
//
// Threads: everything from any.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include "actors/configuration/configuration.hpp"
#include "actors/metrics/line_trouble.hpp"
#include "actors/metrics/node_metrics.hpp"
#include "actors/metrics/relay_outlook.hpp"
#include "engine/base/duration_histogram.hpp"
#include "engine/base/time.hpp"
#include "engine/order/authorization.hpp"
#include "engine/order/order.hpp"
#include "engine/pacing/adaptive_rate.hpp"
#include "net/api/orders/event_feeds.hpp"
#include "net/http/answer_counts.hpp"
#include "net/relay/iso8583.hpp"
#include "net/server/http_server.hpp"

namespace spillway::actors {

// Only grows.
class Counter {
 public:
  void add(std::uint64_t count = 1) { value_.fetch_add(count, std::memory_order_relaxed); }
  std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

// Is what it was last set to.
class Gauge {
 public:
  void set(std::int64_t value) { value_.store(value, std::memory_order_relaxed); }
  void add(std::int64_t change) { value_.fetch_add(change, std::memory_order_relaxed); }
  std::int64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> value_{0};
};

// A place where things wait. Its owner keeps `length` and `oldest` true; `in` and `out` grow with
// what enters and leaves.
class QueueMetrics {
 public:
  Gauge length;
  Counter in;
  Counter out;

  // When the oldest that waits came; nothing when nothing waits. Its age is computed when somebody
  // asks, so it need not be set again while it stays the same.
  void set_oldest(std::optional<Timestamp> since) {
    oldest_since_us_.set(since ? since->time_since_epoch().count() : 0);
  }
  Duration oldest_age(Timestamp now) const;

 private:
  Gauge oldest_since_us_;  // 0: nothing waits
};

enum class Refusal : std::uint8_t {
  full = 0,        // as many orders wait as may
  in_flight = 1,   // the idempotency key's first request is not answered yet
  other_body = 2,  // the idempotency key came with another body
  no_room = 3,     // the journal keeps the space left for outcomes
  no_place = 4,    // the shop has as many orders open as it may
};
constexpr std::size_t refusal_count = 5;

struct RelayMetrics {
  RelayId id;
  std::string name;
  QueueMetrics authorization;
  QueueMetrics in_doubt;
  std::array<Counter, 5> requests;            // by net::RelayMessage
  std::array<Counter, answer_count> answers;  // by Answer; [0]: to reversals
  Counter approvals_unlike_request;           // answers that hold something else than was asked
  Counter timeouts;
  // Messages of the relay centre that were passed over, by net::iso8583::Flaw, and last the answers
  // under a foreign reference.
  static constexpr std::size_t foreign_reference = net::iso8583::flaws;
  std::array<Counter, net::iso8583::flaws + 1> passed_over;
  Counter line_losses;
  Counter line_failures;  // tries to make the line that came to nothing
  Counter tls_failures;
  LineTrouble line_trouble;
  Gauge line_up;                                      // 1 or 0
  Gauge rate_millihertz;                              // permits a thousand seconds; 0: no limit
  Gauge pace_millihertz;                              // the most it may get to; 0: no pace is set
  Gauge permits_out;                                  // given, neither returned nor done
  Gauge issuers_watched;                              // card ranges not answered for lately
  Gauge issuers_away;                                 // of them: their orders wait
  Gauge paused;                                       // 1: an operator holds authorizations back
  Gauge rate_waited_for;                              // 1: no part of the contract's rate is here
  std::array<Counter, trouble_kinds> rate_decreases;  // by Trouble
  Gauge outstanding;
  RelayOutlook outlook;
  Counter promises_kept;  // outcomes by the time that was promised
  Counter promises_missed;
  Counter promises_missed_us;  // by how much, in all
  Counter verdicts_in_time;    // outcomes by the time that the shop wanted
  Counter verdicts_late;
  // From the reception to the verdict.
  DurationHistogram outcome_duration{DurationHistogram::long_bounds_us};
};

// A file of the data folder, as storage::DataFileUse has it.
struct DataFileMetrics {
  std::string name;
  Gauge used_bytes{};
  Gauge reader_age_us{};
  Gauge grown_bytes{};  // since the oldest reader is known
};

struct WebhookMetrics {
  QueueMetrics queue;  // known to be due, over all endpoints
  Counter delivered;
  Counter failed;    // to be tried again
  Counter given_up;  // listed for the shop
  Counter gone;      // endpoints that answered 410
};

class Metrics : public prometheus::Collectable {
 public:
  // One RelayMetrics for each relay centre of the configuration, in its order. `now` tells the
  // time when the ages of queues are computed.
  Metrics(const Configuration& configuration, std::function<Timestamp()> now);

  Counter orders_accepted;
  Counter orders_replayed;
  Counter receipts_signed;
  Counter personal_data_erased;
  Counter orders_removed;
  Counter approvals_without_order;
  std::array<Counter, refusal_count> orders_refused;  // by Refusal
  std::array<Counter, status_count> orders_reached;   // by Status: orders that came to it
  // From when the request was there until its 202 was written.
  DurationHistogram acceptance_duration{DurationHistogram::short_bounds_us};

  Counter journal_records;
  Counter journal_commits;
  DurationHistogram journal_commit_duration{DurationHistogram::short_bounds_us};
  Gauge journal_last_record;

  std::array<DataFileMetrics, 3> data_files{{{"journal"}, {"views"}, {"registry"}}};
  Counter dead_readers;  // cleared

  QueueMetrics acceptance;  // between HTTP and the commit
  QueueMetrics outbox;      // mails due
  QueueMetrics projection;  // records that the views do not hold yet
  std::deque<RelayMetrics> relays;

  Counter mails_delivered;
  Counter mails_later;
  Counter mails_refused;
  Counter mails_given_up;  // put off for too long
  Counter mails_dropped;   // by operators
  Gauge mails_put_off;     // wait for their own sake
  Gauge mail_server_away;  // 1 or 0
  Counter events_streamed;
  WebhookMetrics webhooks;
  NodeMetrics nodes;
  // The streams count for themselves: EventFeeds::counts. As http_counts.
  std::function<net::EventFeedCounts()> feed_counts;

  Gauge escalated;                        // orders in the list for a person
  std::array<Counter, 3> cases_resolved;  // by CaseOutcome

  Gauge tls_certificate_ends;  // seconds since 1970; 0: none
  Gauge members;
  Counter logins;
  Counter logins_refused;     // the number or the password was wrong
  Counter logins_throttled;   // not tried: too many were wrong before
  Gauge passwords_waiting;    // to be hashed or compared
  Counter passwords_refused;  // as many waited as may

  // The HTTP server counts for itself: HttpServer::counts. Set before the first collection;
  // without it the HTTP families are left out.
  std::function<net::HttpCounts()> http_counts;
  std::function<std::vector<net::ApiAnswerCount>()> answer_counts;  // as http_counts
  std::function<std::size_t()> orders_set_aside;                    // as http_counts

  RelayMetrics& relay(RelayId id);       // one of the configuration's
  RelayMetrics* find_relay(RelayId id);  // null: the configuration names no such one

  std::vector<prometheus::MetricFamily> Collect() const override;

  // What GET /metrics answers.
  std::string to_prometheus_text() const;

 private:
  std::function<Timestamp()> now_;
};

}  // namespace spillway::actors
