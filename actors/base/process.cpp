#include "actors/base/process.hpp"

#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <string_view>

#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "engine/base/invariants.hpp"

namespace spillway::actors {

namespace {

sigset_t stop_signals(bool reloads) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  if (reloads) sigaddset(&signals, SIGHUP);
  return signals;
}

#ifndef SPILLWAY_SANITIZED  // a sanitizer says more
// Only what may be called in a signal's handler.
void say_crashed(int signal) {
  constexpr std::string_view sentence =
      "spillway: the process crashed; a data file may be damaged: check it with spillway verify\n";
  // Nobody has to read it: a pipe that stays full must not keep the process.
  pollfd room{STDERR_FILENO, POLLOUT, 0};
  if (::poll(&room, 1, 1'000) == 1) (void)!::write(STDERR_FILENO, sentence.data(), sentence.size());
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}
#endif

// The protocol of sd_notify(3), which asks to be written anew where it is all that is needed of
// libsystemd: one datagram to the socket that the environment names. '@' stands for the zero byte
// of an abstract name.
void tell_service_manager(std::string_view state) {
  const char* name = std::getenv("NOTIFY_SOCKET");
  sockaddr_un address{};
  if (name == nullptr) return;
  const std::string_view path(name);
  if (path.size() < 2 || path.size() >= sizeof(address.sun_path)) return;
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, path.size());
  if (path.front() == '@') address.sun_path[0] = 0;
  const int socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return;
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
  // Best effort: a manager that does not hear it gives up waiting by itself.
  (void)::sendto(socket, state.data(), state.size(), MSG_NOSIGNAL,
                 reinterpret_cast<const sockaddr*>(&address), length);
  ::close(socket);
}

}  // namespace

void keep_memory_private() {
  constexpr rlimit none{0, 0};
  SPILLWAY_CHECK(setrlimit(RLIMIT_CORE, &none) == 0, "core files could not be forbidden");
#ifndef SPILLWAY_SANITIZED  // the leak check at the end reads the process from outside
  SPILLWAY_CHECK(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0, "dumps could not be forbidden");
#endif
}

void tell_of_crashes() {
#ifndef SPILLWAY_SANITIZED
  for (const int signal : {SIGSEGV, SIGBUS, SIGILL, SIGFPE}) std::signal(signal, say_crashed);
#endif
}

void tell_ready() {
  tell_service_manager("READY=1");
}

void tell_stopping() {
  tell_service_manager("STOPPING=1");
}

StopSignals::StopSignals(bool reloads) : reloads_(reloads) {
  const sigset_t signals = stop_signals(reloads);
  SPILLWAY_CHECK(pthread_sigmask(SIG_BLOCK, &signals, nullptr) == 0,
                 "the stop signals could not be held back");
  std::signal(SIGPIPE, SIG_IGN);
}

void StopSignals::wait(const std::function<void()>& reload) const {
  const sigset_t signals = stop_signals(reloads_);
  while (true) {
    int received = 0;
    if (sigwait(&signals, &received) != 0) continue;
    if (received != SIGHUP) return;
    if (reload) reload();
  }
}

}  // namespace spillway::actors
