// Processes that a run starts on this machine. They do not outlive the run, whatever becomes of it:
// the kernel ends them when the thread that started them ends.
//
// Threads: the one that started them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <sys/types.h>

#include "engine/base/result.hpp"
#include "engine/base/time.hpp"

namespace spillway::loadtest {

class Process {
 public:
  // Runs in `folder`, where its output goes into NAME.out and NAME.err.
  Process(std::string name, std::filesystem::path binary, std::vector<std::string> arguments,
          std::filesystem::path folder);
  ~Process();  // kills what still runs

  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  const std::string& name() const { return name_; }

  // Starts it, again if it ended. The error says why the binary cannot be run.
  Result<void> start();
  // Until its output says that it is ready, or that it is running. The error has its last words.
  Result<void> wait_until_ready(Duration patience);
  // Until it ends. The error has its last words if that was not well.
  Result<void> wait_for_end(Duration patience);
  bool running();
  void signal(int signal);
  // Asks it to stop; kills it after the patience.
  void stop(Duration patience);
  void kill();

 private:
  std::string last_words() const;
  void reap();

  const std::string name_;
  const std::filesystem::path binary_;
  const std::vector<std::string> arguments_;
  const std::filesystem::path folder_;
  pid_t id_ = -1;
  int ended_with_ = 0;  // as waitpid tells it
};

// A port of this machine's loopback that nothing listens on, below those that the kernel gives to
// outgoing connections: a client that tries again and again while its server is down would one day
// be given the server's own port, and be connected to itself.
std::uint16_t free_port();

// The program beside this one: "spillway" lies in the same folder.
std::filesystem::path beside_this_program(const std::string& name);

}  // namespace spillway::loadtest
