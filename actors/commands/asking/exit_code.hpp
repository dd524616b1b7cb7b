// What a process tells the one that started it, and how a command says what went wrong.
#pragma once

#include <ostream>
#include <string>

namespace spillway::actors {

constexpr int exit_well = 0;
constexpr int exit_failed = 1;
constexpr int exit_wrong_usage = 2;

inline int fail(std::ostream& error, const std::string& sentence) {
  error << "spillway: " << sentence << '\n';
  return exit_failed;
}

}  // namespace spillway::actors
