// First systems, relay centres and nodes, started for a run on this machine in a folder of its own,
// and what the timeline does to them. They are the real programs, with configurations that are
// written for the run; nodes join over mutual TLS with certificates that are made for it.
//
// Threads: one.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/result.hpp"
#include "loadtest/audit/ledger.hpp"
#include "loadtest/load/order_requests.hpp"
#include "loadtest/scenario/scenario.hpp"
#include "loadtest/world/cable.hpp"
#include "loadtest/world/processes.hpp"
#include "loadtest/world/topology_files.hpp"

namespace spillway::loadtest {

// A relay centre's ledger and what it must not exceed.
struct LedgerPlace {
  std::string relay;
  std::filesystem::path file;
  std::vector<PaceStep> paces;  // empty: no limit is known
};

class Topology {
 public:
  // `spillway` is the program, `mail_port` where mails go; 0: into files. All are ready, and all
  // nodes joined, when it returns.
  static Result<std::unique_ptr<Topology>> start(const Scenario& scenario,
                                                 const std::filesystem::path& folder,
                                                 const std::filesystem::path& spillway,
                                                 std::uint16_t mail_port);
  ~Topology();

  // Of the first systems.
  const std::vector<std::string>& urls() const { return urls_; }
  const std::vector<Shop>& shops() const { return plan_.shops; }
  const std::vector<LedgerPlace>& ledgers() const { return ledgers_; }

  // Does it and returns at once: a restarted system is ready some time later.
  Result<void> act(const TimelineEntry& entry, Timestamp now);
  // All are asked to stop, so that ledgers are whole and data can be checked.
  void stop();
  // What `spillway verify` says of the stopped systems' data; nothing when it finds nothing wrong.
  Result<void> verify() const;

 private:
  Topology() = default;
  Result<void> make_certificates();
  Result<void> lay_cables(const Scenario& scenario);
  Result<void> start_processes();
  Result<void> wait_until_joined();
  Result<void> run_tool(const std::string& name, const std::vector<std::string>& arguments) const;
  Result<void> set_pace(const std::string& relay, double pace, Timestamp now);
  Result<void> drain(const std::string& node);
  void add_process(const std::string& name, const std::vector<std::string>& arguments);
  Process* find(const std::string& name);
  double pace_of_all(const RelayPlan& relay) const;

  std::filesystem::path folder_;
  std::filesystem::path spillway_;
  TopologyPlan plan_;
  std::vector<std::string> urls_;
  std::vector<LedgerPlace> ledgers_;
  std::vector<std::unique_ptr<Process>> processes_;  // relay centres, first systems, nodes
  std::unique_ptr<net::EventLoop> cables_loop_;
  std::multimap<std::string, std::unique_ptr<Cable>> cables_;  // by the relay's or node's name
};

}  // namespace spillway::loadtest
