// What the sandbox relay centre is told: how fast, how much, how badly. With how the command line's
// texts for it are read.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/result.hpp"
#include "engine/base/time.hpp"
#include "net/relay/iso8583_dialect.hpp"
#include "net/tls/tls_context.hpp"
#include "sandbox/limits.hpp"
#include "sandbox/oddity.hpp"

namespace spillway::sandbox {

// The chance of each for a request; together at most 1.
struct RelayFaults {
  double lost = 0;     // the request or its answer is lost, each in half of the cases
  double late = 0;     // the answer comes after the time-out
  double twice = 0;    // the answer comes twice
  double garbage = 0;  // garbage comes in place of the answer, then the line drops
  double drop = 0;     // the line drops, in half of the cases before the request was seen
  std::array<double, oddities> odd{};  // by Oddity; [0] is none's
};

struct LatencyRange {
  Duration min{};
  Duration max{};
  friend bool operator==(const LatencyRange&, const LatencyRange&) = default;
};

struct RelayCentreOptions {
  std::string address = "127.0.0.1";  // numeric
  std::uint16_t port = 8583;          // 0: any free one
  LatencyRange latency;               // of each answer; without it answers leave at once
  std::optional<double> rate;         // authorizations a second; above it the answer is 96
  RelayFaults faults;
  Duration late_by = limits::sandbox_late_by;
  bool repeats_recognised = true;
  std::uint64_t seed = 1;
  std::string ledger;                          // a file; empty: none is written
  std::shared_ptr<const net::TlsContext> tls;  // none: in the clear
  net::iso8583::Dialect dialect;
};

// "20ms", "10ms-200ms", "1s", "0".
Result<LatencyRange> parse_latency(std::string_view text);

// "500": more than 0 a second.
Result<double> parse_rate(std::string_view text);

// "lost=0.01", several with commas between: "lost=0.01,double=0.02". The names are lost, late,
// double, garbage, drop, and those of the oddities. What is not named keeps its chance.
Result<RelayFaults> parse_faults(std::string_view text, RelayFaults faults = {});
std::string fault_names();  // "lost, late, …": all of them

}  // namespace spillway::sandbox
