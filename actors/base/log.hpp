// The log: one line an event on standard error, as key=value pairs ("logfmt"):
//
//   time=2026-11-21T22:30:00.123Z level=info event=line_up relay=east attempts=3
//
// Of an order nothing but its code ever goes into the log: no name, no mail address, no amount, no
// part of a card, no key. Values that come from outside are quoted and escaped, so that nobody can
// write a line of their own. One line per event, never one per order on the way of an order: the
// log is for what a person should know.
//
// Nobody who logs waits for whoever reads: lines that are not read are dropped (log_output.hpp).
//
// Threads: everything from any.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>

#include "actors/configuration/configuration.hpp"

namespace spillway::actors {

struct LogField {
  LogField(std::string_view key, std::string_view text) : name(key), value(text) {}
  LogField(std::string_view key, const char* text) : name(key), value(text) {}
  LogField(std::string_view key, const std::string& text) : name(key), value(text) {}
  template <class Number>
  requires std::is_arithmetic_v<Number> LogField(std::string_view key, Number number)
      : name(key), value(std::to_string(number)) {}

  std::string_view name;
  std::string value;
};

// From here on events below `level` are dropped. Without it the level is info.
void set_log_level(LogLevel level);

// `event` in snake_case, a name that stays the same: people search for it.
void log(LogLevel level, std::string_view event, std::initializer_list<LogField> fields = {});

// Waits for a moment (log_finish_max) until all lines are out: before the process ends.
void finish_log();

std::uint64_t log_lines_dropped();

// A process that stops itself says so behind the lines before, and does not wait for a reader that
// does not read.
void tell_stops_in_log();

// The pairs of one line without time and level, as `log` writes them.
std::string log_line(std::string_view event, std::initializer_list<LogField> fields);

}  // namespace spillway::actors
