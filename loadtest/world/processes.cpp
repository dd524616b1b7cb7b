#include "loadtest/world/processes.hpp"

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>
#include <random>
#include <sstream>
#include <thread>

#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace spillway::loadtest {
namespace {

constexpr auto look_interval = std::chrono::milliseconds(10);

std::string text_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

void redirect(const std::string& file, int to) {
  const int opened = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (opened >= 0) ::dup2(opened, to);
}

}  // namespace

Process::Process(std::string name, std::filesystem::path binary, std::vector<std::string> arguments,
                 std::filesystem::path folder)
    : name_(std::move(name)),
      binary_(std::move(binary)),
      arguments_(std::move(arguments)),
      folder_(std::move(folder)) {}

Process::~Process() {
  kill();
}

Result<void> Process::start() {
  kill();
  if (::access(binary_.c_str(), X_OK) != 0) {
    return Error{binary_.string() + " cannot be run: " + std::strerror(errno)};
  }
  // All that is needed is put together before the fork: after it another thread's lock may be held.
  const std::string out = (folder_ / (name_ + ".out")).string();
  const std::string err = (folder_ / (name_ + ".err")).string();
  const std::string program = binary_.string();
  std::vector<std::string> arguments = arguments_;
  std::vector<char*> list{const_cast<char*>(program.c_str())};
  for (std::string& argument : arguments) list.push_back(argument.data());
  list.push_back(nullptr);
  std::filesystem::remove(out);
  const pid_t parent = ::getpid();
  id_ = ::fork();
  if (id_ < 0) return Error{std::string("no process can be started: ") + std::strerror(errno)};
  if (id_ > 0) return {};

  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::setpgid(0, 0);  // Ctrl-C in the terminal is the run's own to handle
  redirect("/dev/null", STDIN_FILENO);
  redirect(out, STDOUT_FILENO);
  redirect(err, STDERR_FILENO);
  if (::chdir(folder_.c_str()) == 0) ::execv(list[0], list.data());
  ::_exit(127);
}

Result<void> Process::wait_until_ready(Duration patience) {
  const auto give_up = std::chrono::steady_clock::now() + patience;
  const auto out = folder_ / (name_ + ".out");
  while (std::chrono::steady_clock::now() < give_up) {
    const std::string said = text_of(out);
    for (const char* const word : {"ready on", "is running"}) {
      if (said.find(word) != std::string::npos) return {};
    }
    if (!running()) return Error{name_ + " does not start: " + last_words()};
    std::this_thread::sleep_for(look_interval);
  }
  return Error{name_ + " is not ready in time: " + last_words()};
}

void Process::reap() {
  if (id_ > 0 && ::waitpid(id_, &ended_with_, WNOHANG) == id_) id_ = -1;
}

Result<void> Process::wait_for_end(Duration patience) {
  const auto give_up = std::chrono::steady_clock::now() + patience;
  while (running() && std::chrono::steady_clock::now() < give_up) {
    std::this_thread::sleep_for(look_interval);
  }
  if (running()) return Error{name_ + " does not end in time"};
  if (ended_with_ != 0) return Error{name_ + ": " + last_words()};
  return {};
}

bool Process::running() {
  reap();
  return id_ > 0;
}

void Process::signal(int signal) {
  if (running()) ::kill(id_, signal);
}

void Process::stop(Duration patience) {
  signal(SIGCONT);
  signal(SIGTERM);
  const auto give_up = std::chrono::steady_clock::now() + patience;
  while (running() && std::chrono::steady_clock::now() < give_up) {
    std::this_thread::sleep_for(look_interval);
  }
  kill();
}

void Process::kill() {
  if (!running()) return;
  ::kill(id_, SIGKILL);
  ::waitpid(id_, nullptr, 0);
  id_ = -1;
}

std::string Process::last_words() const {
  std::string text = text_of(folder_ / (name_ + ".err"));
  while (!text.empty() && text.back() == '\n') text.pop_back();
  const std::size_t line = text.rfind('\n');
  if (line != std::string::npos) text.erase(0, line + 1);
  return text.empty() ? "it said nothing" : text;
}

std::uint16_t free_port() {
  constexpr std::uint32_t lowest = 15'000;
  constexpr std::uint32_t count = 17'000;  // up to 32,000: Linux gives out those from 32,768 on
  static std::atomic<std::uint32_t> next = std::random_device()();
  for (std::uint32_t tries = 0; tries < count; ++tries) {
    const auto port = static_cast<std::uint16_t>(lowest + next++ % count);
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    const bool free = ::bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
    ::close(socket);
    if (free) return port;
  }
  return 0;
}

std::filesystem::path beside_this_program(const std::string& name) {
  std::error_code unknown;
  return std::filesystem::read_symlink("/proc/self/exe", unknown).parent_path() / name;
}

}  // namespace spillway::loadtest
