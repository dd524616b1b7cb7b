// For whoever waits in a thread for something that actors do.
#pragma once

#include <future>
#include <memory>
#include <utility>

namespace spillway::actors {

// `over` is ready once nobody holds on to `held` any more: who ends without an answer holds up
// nobody.
struct Waiting {
  std::shared_ptr<void> held;
  std::future<void> over;
};

inline Waiting make_waiting() {
  const auto promise = std::make_shared<std::promise<void>>();
  return {{nullptr, [promise](void*) { promise->set_value(); }}, promise->get_future()};
}

}  // namespace spillway::actors
