// What the process as a whole is told at its start, and how it is told to end.
#pragma once

#include <functional>

namespace spillway::actors {

// No core file and no reading by other processes of the same user (RLIMIT_CORE, PR_SET_DUMPABLE):
// keys, and for moments card numbers, are in this process' memory. Before any thread.
void keep_memory_private();

// A crash says so on standard error before it ends the process, and what may be behind it: LMDB has
// no checksums of its pages, and a damaged one can lead it anywhere.
void tell_of_crashes();

// Tells the service manager, if one started this process (systemd's NOTIFY_SOCKET), that it serves
// now, or that it is about to end.
void tell_ready();
void tell_stopping();

// SIGINT and SIGTERM, held back from the moment this is made until somebody waits for them: make it
// before any thread, which then holds them back too. SIGHUP is held back with them where it asks
// for a reload; otherwise it ends the process, as it does when a terminal goes. SIGPIPE is ignored:
// a peer that went away is told by the write's result.
class StopSignals {
 public:
  explicit StopSignals(bool reloads = false);
  // Returns when the process shall end; calls `reload` for each SIGHUP before.
  void wait(const std::function<void()>& reload = {}) const;

 private:
  const bool reloads_;
};

}  // namespace spillway::actors
