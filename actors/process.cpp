#include "actors/process.hpp"

#include <csignal>

#include <sys/prctl.h>
#include <sys/resource.h>

#include "engine/invariants.hpp"

namespace spillway::actors {

namespace {

sigset_t stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  return signals;
}

}  // namespace

void keep_memory_private() {
  constexpr rlimit none{0, 0};
  SPILLWAY_CHECK(setrlimit(RLIMIT_CORE, &none) == 0, "core files could not be forbidden");
#ifndef SPILLWAY_SANITIZED  // the leak check at the end reads the process from outside
  SPILLWAY_CHECK(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0, "dumps could not be forbidden");
#endif
}

StopSignals::StopSignals() {
  const sigset_t signals = stop_signals();
  SPILLWAY_CHECK(pthread_sigmask(SIG_BLOCK, &signals, nullptr) == 0,
                 "the stop signals could not be held back");
  std::signal(SIGPIPE, SIG_IGN);
}

void StopSignals::wait() const {
  const sigset_t signals = stop_signals();
  int received = 0;
  while (sigwait(&signals, &received) != 0) {
  }
}

}  // namespace spillway::actors
