#include "actors/base/log.hpp"

#include <algorithm>
#include <mutex>

#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include "actors/base/log_output.hpp"
#include "engine/base/stop_words.hpp"

namespace spillway::actors {

namespace {

spdlog::level::level_enum level_of(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return spdlog::level::debug;
    case LogLevel::info:
      return spdlog::level::info;
    case LogLevel::warning:
      return spdlog::level::warn;
    case LogLevel::error:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

// Lives until the process has ended: whoever ends last may still have something to say.
LogOutput& output() {
  static LogOutput& instance = *new LogOutput(STDERR_FILENO, log_waiting_max);
  return instance;
}

class OutputSink final : public spdlog::sinks::base_sink<std::mutex> {
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    output().write(std::string(line.data(), line.size()));
  }
  void flush_() override {}
};

spdlog::logger& logger() {
  static const auto instance = [] {
    auto made = std::make_shared<spdlog::logger>("spillway", std::make_shared<OutputSink>());
    made->set_pattern("time=%Y-%m-%dT%H:%M:%S.%eZ level=%l %v", spdlog::pattern_time_type::utc);
    made->set_level(spdlog::level::info);
    return made;
  }();
  return *instance;
}

bool stands_alone(char c) {
  return (c > 0x20 && c < 0x7F && c != '"' && c != '=' && c != '\\') ||
         static_cast<unsigned char>(c) >= 0x80;
}

void append_value(std::string& line, std::string_view value) {
  if (!value.empty() && std::all_of(value.begin(), value.end(), stands_alone)) {
    line += value;
    return;
  }
  constexpr char digits[] = "0123456789abcdef";
  line += '"';
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      line += {'\\', c};
    } else if (byte < 0x20 || byte == 0x7F) {
      line += {'\\', 'x', digits[byte >> 4], digits[byte & 0xF]};
    } else {
      line += c;
    }
  }
  line += '"';
}

}  // namespace

void set_log_level(LogLevel level) {
  logger().set_level(level_of(level));
}

void finish_log() {
  output().flush(log_finish_max);
}

std::uint64_t log_lines_dropped() {
  return output().dropped();
}

void tell_stops_in_log() {
  tell_stops_by([](std::string_view line) {
    output().write(std::string(line));
    finish_log();
  });
}

void log(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) {
  if (!logger().should_log(level_of(level))) return;
  // As a value, not as a format: what comes from outside may hold braces.
  logger().log(level_of(level), spdlog::string_view_t(log_line(event, fields)));
}

std::string log_line(std::string_view event, std::initializer_list<LogField> fields) {
  std::string line = "event=" + std::string(event);
  for (const LogField& field : fields) {
    line += ' ';
    line += field.name;
    line += '=';
    append_value(line, field.value);
  }
  return line;
}

}  // namespace spillway::actors
