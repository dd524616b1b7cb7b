// A first system and its relay centres, started for a run on this machine in a folder of its own,
// and what the timeline does to them. They are the real programs, with a configuration that is
// written for the run.
//
// Threads: one.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "engine/result.hpp"
#include "loadtest/order_requests.hpp"
#include "loadtest/processes.hpp"
#include "loadtest/scenario.hpp"

namespace spillway::loadtest {

// A relay centre's ledger and what it must not exceed.
struct LedgerPlace {
  std::string relay;
  std::filesystem::path file;
  double pace_max = 0;  // 0: no limit is known
};

class Topology {
 public:
  // `spillway` is the program. Ready when it returns.
  static Result<std::unique_ptr<Topology>> start(const TopologySettings& settings,
                                                 const std::filesystem::path& folder,
                                                 const std::filesystem::path& spillway);

  const std::string& url() const { return url_; }
  const std::vector<Shop>& shops() const { return shops_; }
  const std::vector<LedgerPlace>& ledgers() const { return ledgers_; }

  // Does it and returns at once: a restarted system is ready some time later.
  Result<void> act(Act act, const std::string& what);
  // All are asked to stop, so that ledgers are whole and data can be checked.
  void stop();
  // What `spillway verify` says of the stopped system's data; nothing when it finds nothing wrong.
  Result<void> verify() const;

 private:
  Topology() = default;
  Process* find(const std::string& name);

  std::filesystem::path folder_;
  std::filesystem::path spillway_;
  std::string url_;
  std::vector<Shop> shops_;
  std::vector<LedgerPlace> ledgers_;
  std::vector<std::unique_ptr<Process>> processes_;  // the relay centres, then the system
};

}  // namespace spillway::loadtest
