// What is to be sent when, and what an answer to it means. The sender asks for the next thing that
// is due and brings the answers back; here it is decided what follows: a repeat, a cancel, another
// try.
//
// Two models of arrival: open, where orders come when the scenario says, and closed, where a number
// of buyers each order again some time after their answer. What is not sent at its time is never
// dropped: it is sent later and its latency counts from its time.
//
// Times are the run's: nanoseconds since its begin. Pure code. Threads: one.
#pragma once

#include <deque>
#include <optional>
#include <string_view>

#include "loadtest/base/measurements.hpp"
#include "loadtest/load/arrivals.hpp"
#include "loadtest/load/mix.hpp"
#include "loadtest/load/order_records.hpp"
#include "loadtest/load/order_requests.hpp"
#include "net/client/http_answer.hpp"

namespace spillway::loadtest {

enum class RequestKind : std::uint8_t {
  order = 0,
  repeat = 1,
  changed_repeat = 2,
  inquiry = 3,
  cancel = 4,
  approval = 5,
};

// A request that is due.
struct Intent {
  Nanoseconds due{};
  Nanoseconds intended{};  // when its first try was due: latency counts from there
  std::uint64_t ordinal = 0;
  CodeNumber code = 0;  // of an order that was accepted
  RequestKind kind = RequestKind::order;
  std::uint16_t tries = 0;  // before this one
};

// Why a request has no answer.
enum class NoAnswer : std::uint8_t { unreachable, closed, timed_out, garbage };

struct TrafficSettings {
  std::uint32_t share_index = 0;  // this sender's part of all orders
  std::uint32_t share_count = 1;
  std::uint64_t tries_max = 1;  // of an order that was not accepted, with the same key
  Nanoseconds retry_after = std::chrono::milliseconds(200);
  std::uint64_t buyers = 0;  // of a closed model, all senders'; 0: an open one
  Nanoseconds think_time{};
  Nanoseconds duration{};        // of a closed model
  std::uint64_t orders_max = 0;  // in all; 0: as many as there are
  bool records = true;
};

class Traffic {
 public:
  // All that is handed in outlives this. `arrivals` means nothing to a closed model.
  Traffic(const TrafficSettings& settings, Arrivals arrivals, const Mix& mix,
          OrderRequests& requests, Measurements& measurements, OrderRecords& records);

  // When the next thing is due; nothing when nothing is until an answer comes.
  std::optional<Nanoseconds> next_due();
  // That thing. Only when there is one.
  Intent take();
  // Whether all has been sent that will be; answers may be on their way.
  bool finished();

  // The bytes of a request, until the next call.
  std::string_view request(const Intent& intent);
  // The order's client is slow: its request goes out in pieces.
  bool slow(const Intent& intent) const;

  void on_answer(const Intent& intent, const net::HttpAnswer& answer, Nanoseconds sent,
                 Nanoseconds now);
  void on_no_answer(const Intent& intent, NoAnswer why, Nanoseconds now);

  // From now on no new orders; what follows on earlier ones still goes out.
  void stop_arrivals() { arrivals_over_ = true; }
  bool arrivals_over() const { return arrivals_over_; }
  // Takes all that is due as not sent and says how much it was.
  std::uint64_t give_up_rest();

 private:
  using Queue = std::deque<Intent>;  // ascending, since each has one delay
  enum : std::size_t { buyers_queue, retries_queue, follow_queue, queues_count };

  void prepare_arrival();
  Queue* earliest();
  void take_order_answer(const Intent& intent, const Wish& wish, const net::HttpAnswer& answer,
                         Nanoseconds sent, Nanoseconds now);
  void take_accepted(const Intent& intent, const Wish& wish, const net::HttpAnswer& answer,
                     Nanoseconds sent, Nanoseconds now);
  void take_repeat_answer(const Intent& intent, const net::HttpAnswer& answer, Nanoseconds now);
  void take_other_answer(const Intent& intent, const net::HttpAnswer& answer, Nanoseconds now);
  void follow_up(const Wish& wish, std::uint64_t ordinal, CodeNumber code, Nanoseconds now);
  // Another try, or the end of trying.
  void try_again(const Intent& intent, Nanoseconds now, bool unanswered);
  void order_is_over(Nanoseconds now);
  void wrong_status(const Intent& intent, Nanoseconds now);
  OrderRecord* record(std::uint64_t ordinal);

  const TrafficSettings settings_;
  Arrivals arrivals_;
  const Mix& mix_;
  OrderRequests& requests_;
  Measurements& measurements_;
  OrderRecords& records_;
  Queue queues_[queues_count];
  std::optional<Nanoseconds> arrival_;  // the next one of an open model
  std::uint64_t next_ordinal_ = 0;
  bool arrivals_over_ = false;
};

}  // namespace spillway::loadtest
