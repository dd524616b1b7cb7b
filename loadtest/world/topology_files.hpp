// What a topology's processes are started with: their configurations and arguments.
//
// Pure code. Threads: any.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "loadtest/load/order_requests.hpp"
#include "loadtest/scenario/scenario.hpp"

namespace spillway::loadtest {

// A first system's ports on the loopback.
struct SystemPorts {
  std::uint16_t http = 0;
  std::uint16_t nodes = 0;
};

struct TopologyPlan {
  TopologySettings settings;
  std::vector<Shop> shops;
  std::string operator_key;
  std::vector<SystemPorts> systems;
  std::map<std::string, std::uint16_t> relay_listens;  // where each really is
  std::map<std::string, std::uint16_t> relay_ports;    // where it is found: a cable may be between
  // Where each node finds the first systems.
  std::map<std::string, std::vector<std::uint16_t>> joins;
  std::uint16_t mail_port = 0;  // 0: mails become files
  bool webhooks_here = false;   // shops' webhooks may lead to this machine
};

// Of the first system number `number`, from 0.
std::string system_configuration(const TopologyPlan& plan, std::size_t number);
std::string node_configuration(const TopologyPlan& plan, const NodePlan& node);
std::vector<std::string> relay_arguments(const TopologyPlan& plan, const RelayPlan& relay);

// The folder of a first system's data, within the run's.
std::string data_folder(std::size_t number);
std::string ledger_name(const RelayPlan& relay);

// A random key for a shop or an operator.
std::string make_load_key(const std::string& prefix);

}  // namespace spillway::loadtest
