// What a person is told of a relay line: its ups and downs, and why; what came over it that was
// passed over. In the log at once and then seldom, in the metrics each time, and in the state that
// `GET /v1/relays` shows.
//
// Not thread-safe.
#pragma once

#include <string>
#include <vector>

#include "actors/metrics/metrics.hpp"
#include "engine/base/seldom.hpp"
#include "net/relay/relay_connection.hpp"

namespace spillway::actors {

class LineLog {
 public:
  LineLog(const RelaySettings& settings, RelayMetrics& metrics);

  void up(MonotonicTime now);
  void down(net::LineLoss loss, const std::string& why, MonotonicTime now);
  // A try to make the line came to nothing.
  void no_line(const std::string& why, MonotonicTime now);
  void tls_failed(const std::string& why, MonotonicTime now);
  void passed_over(const std::vector<net::PassedOver>& messages, MonotonicTime now);
  // An answer under a reference that is none of ours.
  void foreign(const net::RelayReply& reply, MonotonicTime now);

 private:
  const RelaySettings& settings_;
  RelayMetrics& metrics_;
  Seldom ups_and_downs_;  // a line that keeps breaking
  Seldom tries_;
  Seldom messages_;
};

}  // namespace spillway::actors
