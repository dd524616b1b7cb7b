// A load sender on a loop of its own, as the benchmarks run it.
#pragma once

#include <future>
#include <memory>

#include "loadtest/load/sender.hpp"
#include "net/stream/event_loop.hpp"

namespace spillway::loadtest {

class BenchmarkSender {
 public:
  // Connected when it is made.
  BenchmarkSender(const SenderSettings& settings, Traffic& traffic, Measurements& measured) {
    std::promise<void> ready;
    loop_.run_and_wait([&] {
      sender_ = std::make_unique<Sender>(loop_, settings, traffic, measured,
                                         [this] { finished_.set_value(); });
      sender_->connect([&] { ready.set_value(); });
    });
    ready.get_future().wait();
  }

  // Sends all of the traffic, the first at `begin`; how the sender itself did.
  SenderHealth run(MonotonicTime begin) {
    loop_.post([this, begin] { sender_->start(begin); });
    finished_.get_future().wait();
    SenderHealth health;
    loop_.run_and_wait([&] {
      health = sender_->health();
      sender_.reset();
    });
    return health;
  }

 private:
  std::promise<void> finished_;
  net::EventLoop loop_{"load"};
  std::unique_ptr<Sender> sender_;
};

}  // namespace spillway::loadtest
