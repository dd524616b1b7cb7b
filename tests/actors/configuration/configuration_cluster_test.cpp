// [cluster] and [node]: which certificates, names and addresses are taken, and where it is said
// what is wrong.
#include <fstream>

#include <CLI/CLI.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "actors/commands/command_line.hpp"
#include "actors/commands/node_command.hpp"
#include "actors/configuration/configuration.hpp"
#include "tests/net/fixtures/tls_certificates.hpp"
#include "tests/storage/fixtures/scratch_folder.hpp"

namespace spillway::actors {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::string plain = "plain = 'I accept that orders cross this network unprotected'\n";
const std::string relay =
    "[[relays]]\nid = 3\nname = 'east'\nport = 8583\nhost = '127.0.0.1'\nacquirer = '123456'\n"
    "companies = ['VISA']\n";
const std::string shop = "[[shops]]\nid = 7\nname = 'Shoes'\nkey_hashes = ['" +
                         std::string(64, 'a') +
                         "']\nmail_from = 'orders@shoes.example'\nmerchant = 'M1'\n"
                         "terminal = 'T1'\n";

class ConfigurationCluster : public testing::Test {
 protected:
  ConfigurationCluster() {
    write("ca.pem", ca_.certificate());
    write("other.pem", net::TestCa("Other CA").certificate());
    const net::TlsIdentity own = ca_.issue("tokyo-1");
    write("own.pem", own.certificate);
    write("own.key", own.key);
    write("open.key", own.key, 0644);
  }

  std::filesystem::path write(const std::string& name, const std::string& text,
                              unsigned mode = 0600) const {
    std::ofstream(folder_.path() / name) << text;
    std::filesystem::permissions(folder_.path() / name, std::filesystem::perms(mode));
    return folder_.path() / name;
  }
  // "key = 'FILE'", a line.
  std::string line(const std::string& key, const std::string& name) const {
    return key + " = '" + (folder_.path() / name).string() + "'\n";
  }
  std::string own() const {
    return line("certificate", "own.pem") + line("key", "own.key") + line("ca", "ca.pem");
  }
  // [cluster] begins at line 1.
  static Result<Configuration> first_system(const std::string& cluster) {
    return parse_configuration("[cluster]\n" + cluster + shop + relay, "spillway.toml");
  }
  static Result<Configuration> node(const std::string& cluster, const std::string& node) {
    return parse_configuration("[cluster]\n" + cluster + "[node]\n" + node + relay, "node.toml",
                               SystemRole::node);
  }
  Result<Configuration> started(const std::string& cluster, const std::string& node,
                                const std::string& name = {},
                                const std::vector<std::string>& join = {}) const {
    return node_configuration(
        {write("node.toml", "[cluster]\n" + cluster + "[node]\n" + node + relay), name, join});
  }

  const storage::ScratchFolder folder_;
  const net::TestCa ca_;
};

TEST_F(ConfigurationCluster, AFirstSystemSaysWhoItIsAndWhereWhichNodesJoin) {
  const auto result =
      first_system(own() + "listen = '0.0.0.0:7410'\nnodes = ['osaka', 'tokyo-2']\n");
  ASSERT_TRUE(result) << result.error().message;
  const ClusterSettings& cluster = result->cluster;
  ASSERT_TRUE(cluster.tls);
  EXPECT_EQ(cluster.tls->certificate, folder_.path() / "own.pem");
  EXPECT_EQ(cluster.tls->key, folder_.path() / "own.key");
  EXPECT_EQ(cluster.tls->ca, folder_.path() / "ca.pem");
  EXPECT_EQ(cluster.name, "tokyo-1");
  EXPECT_EQ(cluster.listen, (Address{"0.0.0.0", 7410}));
  EXPECT_THAT(cluster.nodes, ElementsAre("osaka", "tokyo-2"));
  EXPECT_FALSE(cluster.plain);
}

TEST_F(ConfigurationCluster, NothingOfItNeedsToBeThere) {
  const auto result = parse_configuration(shop + relay, "spillway.toml");
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_FALSE(result->cluster.tls || result->cluster.listen || result->cluster.plain);
}

TEST_F(ConfigurationCluster, WithoutCertificatesNodesJoinOnThisMachineOnly) {
  for (const char* host : {"127.0.0.1:7410", "[::1]:7410", "127.8.8.8:0"}) {
    const auto result = first_system(plain + "listen = '" + host + "'\n");
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_TRUE(result->cluster.plain);
    EXPECT_FALSE(result->cluster.tls);
  }
  for (const char* host : {"0.0.0.0:7410", "[::]:7410", "192.0.2.1:7410"}) {
    const auto result = first_system(plain + "listen = '" + host + "'\n");
    ASSERT_FALSE(result) << host;
    EXPECT_THAT(result.error().message,
                HasSubstr(":3: cluster.listen: must be an address of this machine"));
  }
}

TEST_F(ConfigurationCluster, EveryFlawIsToldWithItsKey) {
  struct Flaw {
    std::string keys;
    std::string message;
  };
  const std::string certificate = line("certificate", "own.pem");
  const std::vector<Flaw> flaws = {
      {certificate, "cluster.key: is missing"},
      {certificate + line("key", "own.key"), "cluster.ca: is missing"},
      {line("ca", "ca.pem"), "cluster.certificate: is missing"},
      {certificate + line("key", "none.key") + line("ca", "ca.pem"),
       ":2: cluster.certificate: the file " + (folder_.path() / "none.key").string() +
           " cannot be"},
      {certificate + line("key", "open.key") + line("ca", "ca.pem"), "must have mode 0600"},
      {certificate + line("key", "own.key") + line("ca", "other.pem"),
       "own.pem does not come from the cluster's CA"},
      {own() + plain, ":5: cluster.plain: has a meaning only without certificate"},
      {"plain = 'yes'\n",
       ":2: cluster.plain: must be, word for word, plain = \"I accept that orders"},
      {plain + "nodes = ['a']\n", ":3: cluster.nodes: has a meaning only with certificate"},
      {"listen = '127.0.0.1:7410'\n", ":2: cluster.listen: needs certificate, key and ca"},
      {own() + "listen = 'first.example:7410'\n", ":5: cluster.listen: must be an address"},
      {own() + "nodes = ['Tokyo']\n", ":5: cluster.nodes[0]: must be 1 to 32 of a-z, 0-9 and -"},
      {own() + "nodes = ['a', 'a']\n", "cluster.nodes[1]: is the same as cluster.nodes[0]"},
      {own() + "node = ['a']\n", "did you mean nodes?"},
      {own() + "[node]\nname = 'a'\n", "node: is not a key here"},
  };
  for (const Flaw& flaw : flaws) {
    const auto result = first_system(flaw.keys);
    ASSERT_FALSE(result) << flaw.keys;
    EXPECT_THAT(result.error().message, HasSubstr(flaw.message)) << flaw.keys;
  }
}

TEST_F(ConfigurationCluster, ANodeSaysWhoItIsAndWhomItJoins) {
  const auto result =
      node(own(), "name = 'tokyo-1'\njoin = ['a.example:7410', '192.0.2.7:7410']\n");
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->node.name, "tokyo-1");
  EXPECT_THAT(result->node.join,
              ElementsAre(Address{"a.example", 7410}, Address{"192.0.2.7", 7410}));
  EXPECT_EQ(result->relays.size(), 1U);
}

TEST_F(ConfigurationCluster, EveryFlawOfANodeIsToldWithItsKey) {
  struct Flaw {
    std::string cluster;
    std::string node;
    std::string message;
  };
  const std::vector<Flaw> flaws = {
      {own(), "name = 'Tokyo'\n", ":6: node.name: must be 1 to 32 of"},
      {own(), "name = 'osaka'\n",
       ":6: node.name: is not the name in the certificate, which is tok"},
      {own(), "join = ['a.example']\n", ":6: node.join[0]: must be a host and port"},
      {own(), "join = ['a.example:0']\n", ":6: node.join[0]: must be a host and port"},
      {own(), "join = ['a:1', 'a:1']\n", "node.join[1]: is the same as node.join[0]"},
      {plain, "join = ['127.0.0.1:7410', 'a.example:7410']\n",
       ":4: node.join[1]: must be an address of this machine, like 127.0.0.1, as orders cross it "
       "unprotected; a.example is not"},
      {"", "", "cluster.certificate: is missing"},
      {own() + "listen = '0.0.0.0:7410'\n", "", "cluster.listen: is not a key here"},
      {own(), shop, "shops: is not a key here"},
  };
  for (const Flaw& flaw : flaws) {
    const auto result = node(flaw.cluster, flaw.node);
    ASSERT_FALSE(result) << flaw.message;
    EXPECT_THAT(result.error().message, HasSubstr(flaw.message));
  }
}

TEST_F(ConfigurationCluster, APaceIsTheMachinesUnlessItIsSaidToBeTheContracts) {
  const std::string join = "join = ['127.0.0.1:7410']\n";
  const auto own = node(plain, "name = 'n'\n" + join);
  ASSERT_TRUE(own) << own.error().message;
  EXPECT_FALSE(own->relays[0].contract_pace);
  const auto whose = [&](const std::string& keys, SystemRole role) {
    const std::string begin =
        role == SystemRole::node ? "[cluster]\n" + plain + "[node]\nname = 'n'\n" + join : shop;
    return parse_configuration(begin + relay + keys, "a.toml", role);
  };
  const auto lends =
      whose("pacing = 'paced'\npace = 50\npace_of = 'contract'\n", SystemRole::first_system);
  ASSERT_TRUE(lends) << lends.error().message;
  EXPECT_TRUE(lends->relays[0].contract_pace);
  EXPECT_EQ(lends->relays[0].pacing.per_second, 50);
  const auto borrows = whose("pace_of = 'contract'\n", SystemRole::node);
  ASSERT_TRUE(borrows) << borrows.error().message;
  EXPECT_TRUE(borrows->relays[0].contract_pace);

  const auto both = whose("pacing = 'paced'\npace = 50\npace_of = 'contract'\n", SystemRole::node);
  ASSERT_FALSE(both);
  EXPECT_THAT(both.error().message, HasSubstr("pace: comes from the first systems"));
  const auto other = whose("pace_of = 'bank'\n", SystemRole::first_system);
  ASSERT_FALSE(other);
  EXPECT_THAT(other.error().message, HasSubstr("pace_of: must be machine or contract"));
}

TEST_F(ConfigurationCluster, WhatTheNodesCommandLineSaysWins) {
  const std::string name = "name = 'a'\n";
  const std::string join = "join = ['127.0.0.1:1']\n";
  const auto by_file = started(plain, name + join);
  ASSERT_TRUE(by_file) << by_file.error().message;
  EXPECT_EQ(by_file->node.name, "a");
  const auto by_command = started(plain, name + join, "b", {"127.0.0.1:2", "localhost:3"});
  ASSERT_TRUE(by_command) << by_command.error().message;
  EXPECT_EQ(by_command->node.name, "b");
  EXPECT_THAT(by_command->node.join, ElementsAre(Address{"127.0.0.1", 2}, Address{"localhost", 3}));
  const auto by_certificate = started(own(), join);
  ASSERT_TRUE(by_certificate) << by_certificate.error().message;
  EXPECT_EQ(by_certificate->node.name, "tokyo-1");
}

TEST_F(ConfigurationCluster, ANodeStartsOnlyWithANameAndSomebodyToJoin) {
  const auto error_of = [](const Result<Configuration>& result) {
    return result ? "" : result.error().message;
  };
  const std::string join = "join = ['127.0.0.1:1']\n";
  EXPECT_THAT(error_of(started(plain, join)), HasSubstr("the node has no name"));
  EXPECT_THAT(error_of(started(plain, "name = 'a'\n")), HasSubstr("nobody to join"));
  EXPECT_THAT(error_of(started(own(), join, "b")),
              HasSubstr("--name b: is not the name in the certificate, which is tokyo-1"));
  EXPECT_THAT(error_of(started(plain, join, "b", {"192.0.2.1:1"})),
              HasSubstr("--join 192.0.2.1:1: must be an address of this machine"));
  EXPECT_THAT(error_of(node_configuration({folder_.path() / "none", "a", {}})),
              HasSubstr("none: cannot be read"));
}

// Whether the arguments are taken; what they say is in `command` then.
bool taken(std::vector<const char*> arguments, NodeCommand& command) {
  CLI::App app("", "spillway");
  add_node_command(app, command);
  arguments.insert(arguments.begin(), {"spillway", "node"});
  try {
    app.parse(static_cast<int>(arguments.size()), arguments.data());
  } catch (const CLI::ParseError&) {
    return false;
  }
  return true;
}

TEST(NodeCommandLine, NamesTheNodeAndWhomItJoins) {
  NodeCommand command;
  ASSERT_TRUE(
      taken({"--config", "x", "--name", "tokyo-2", "--join", "a:7410,[::1]:7411"}, command));
  EXPECT_EQ(command.configuration_file, "x");
  EXPECT_EQ(command.name, "tokyo-2");
  EXPECT_THAT(command.join, ElementsAre("a:7410", "[::1]:7411"));
  for (const auto& arguments :
       std::vector<std::vector<const char*>>{{},
                                             {"--name", "a"},
                                             {"--config", "x", "--name", "Tokyo"},
                                             {"--config", "x", "--join", "a"},
                                             {"--config", "x", "--join", "a:0"},
                                             {"--config", "x", "--join", "a:1,b"}}) {
    NodeCommand other;
    EXPECT_FALSE(taken(arguments, other)) << arguments.size();
  }
}

TEST(NodeCommandLine, OfAFirstSystemSaysWhereNodesJoin) {
  const auto parse = [](const char* address) {
    const char* arguments[] = {"spillway", "serve", "--config", "x", "--nodes", address};
    return parse_command_line(6, arguments);
  };
  EXPECT_EQ(std::get<ServeCommand>(parse("0.0.0.0:7410")).nodes, (Address{"0.0.0.0", 7410}));
  EXPECT_TRUE(std::holds_alternative<ExitNow>(parse("first.example:7410")));
}

}  // namespace
}  // namespace spillway::actors
