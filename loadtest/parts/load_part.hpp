// One sender's part of a run on a loop of its own, and what is asked of it from outside. Several
// parts, here or on other machines, make a run; each sends its share of the same orders.
//
// Threads: all calls from one thread; the load itself is on the part's loop.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/result.hpp"
#include "loadtest/load/api_client.hpp"
#include "loadtest/load/sender.hpp"
#include "loadtest/scenario/scenario.hpp"
#include "net/stream/event_loop.hpp"

namespace spillway::loadtest {

// What a run is, for each of its parts.
struct RunPlan {
  Scenario scenario;
  Target target;
  std::vector<Shop> shops;
  std::string run;  // ten letters and digits: what its orders' references begin with
};

struct PartHealth {
  SenderHealth sender;
  std::string machine;
};

// What a part has so far; a second of it is 100 KB on the way from another machine.
struct PartResult {
  Measurements measured;
  std::vector<OrderRecord> records;
  PartHealth health;
};

struct Progress {
  std::array<std::uint64_t, count_names.size()> counts{};
  std::uint64_t busy = 0;    // requests under way
  Nanoseconds accept_p50{};  // of the last whole window
  Nanoseconds accept_p99{};
  bool finished = false;

  std::uint64_t count(Count what) const { return counts[static_cast<std::size_t>(what)]; }
};

class LoadPart {
 public:
  virtual ~LoadPart() = default;
  // Opens the connections. The error says why there is none.
  virtual Result<void> connect() = 0;
  // The run's time 0 is `in` from now.
  virtual Result<void> start(Nanoseconds in) = 0;
  virtual Result<Progress> progress() = 0;
  // The measurements so far; merged with others' they are the run's.
  virtual Result<PartResult> result(bool with_records) = 0;
  virtual void stop() = 0;
};

class LocalPart : public LoadPart {
 public:
  LocalPart(RunPlan plan, std::uint32_t share_index, std::uint32_t share_count);
  ~LocalPart() override;

  Result<void> connect() override;
  Result<void> start(Nanoseconds in) override;
  Result<Progress> progress() override;
  Result<PartResult> result(bool with_records) override;
  void stop() override;

 private:
  const RunPlan plan_;
  Mix mix_;
  OrderRequests requests_;
  Measurements measured_;
  OrderRecords records_;
  Traffic traffic_;
  net::EventLoop loop_{"load"};
  std::unique_ptr<Sender> sender_;
  std::atomic<bool> ready_{false};
  std::atomic<bool> finished_{false};
  MonotonicTime begin_{};
};

// Merges what another part has.
void merge(PartResult& into, PartResult&& other);

}  // namespace spillway::loadtest
