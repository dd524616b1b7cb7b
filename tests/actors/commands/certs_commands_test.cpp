#include "actors/commands/data/certs_commands.hpp"

#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "actors/commands/command_line.hpp"
#include "actors/configuration/tls_files.hpp"
#include "net/tls/cluster_identity.hpp"
#include "tests/storage/fixtures/scratch_folder.hpp"

namespace spillway::actors {
namespace {

using testing::HasSubstr;
using Action = CertsCommand::Action;
namespace fs = std::filesystem;

Command parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), {"spillway", "certs"});
  return parse_command_line(static_cast<int>(arguments.size()), arguments.data());
}

class CertsCommands : public testing::Test {
 protected:
  // What it wrote, to either; the code goes to `code_`.
  std::string run_it(Action action, const std::string& name, const fs::path& out) {
    std::ostringstream text;
    code_ = run({action, name, path("ca"), out}, text, text);
    return text.str();
  }
  fs::path path(const std::string& name) const { return folder_.path() / name; }
  static unsigned mode_of(const fs::path& file) {
    return static_cast<unsigned>(fs::status(file).permissions());
  }

  const storage::ScratchFolder folder_;
  int code_ = -1;
};

TEST_F(CertsCommands, MakeACaAndSystemsThatProveTheirNames) {
  EXPECT_THAT(run_it(Action::ca, "", path("ca")), HasSubstr("ca/ca.key\n"));
  EXPECT_EQ(code_, exit_well);
  EXPECT_THAT(run_it(Action::name, "tokyo-2", path("tokyo-2")), HasSubstr("tokyo-2/tokyo-2.pem\n"));
  EXPECT_EQ(code_, exit_well);
  for (const char* folder : {"ca", "tokyo-2"}) EXPECT_EQ(mode_of(path(folder)), 0700U);
  for (const char* key : {"ca/ca.key", "tokyo-2/tokyo-2.key"}) EXPECT_EQ(mode_of(path(key)), 0600U);
  const auto identity = net::ClusterIdentity::open(path("tokyo-2/tokyo-2.pem"),
                                                   path("tokyo-2/tokyo-2.key"), path("ca/ca.pem"));
  ASSERT_TRUE(identity) << identity.error().message;
  EXPECT_EQ(identity->name(), "tokyo-2");
  const TlsFiles files{path("tokyo-2/tokyo-2.pem"), path("tokyo-2/tokyo-2.key"), path("ca/ca.pem")};
  EXPECT_TRUE(load_tls_client(files));
  EXPECT_TRUE(load_tls_line_server(files));
}

TEST_F(CertsCommands, OverwriteNothing) {
  run_it(Action::ca, "", path("ca"));
  run_it(Action::name, "a", path("ca"));
  ASSERT_EQ(code_, exit_well);
  for (const auto& [action, kept, missing] : {std::tuple{Action::ca, "ca/ca.key", "ca/ca.pem"},
                                              {Action::ca, "ca/ca.pem", "ca/ca.key"},
                                              {Action::name, "ca/a.key", "ca/a.pem"},
                                              {Action::name, "ca/a.pem", "ca/a.key"}}) {
    const std::string before = *read_open_file(path(kept));
    fs::rename(path(missing), path("aside"));
    EXPECT_THAT(run_it(action, "a", path("ca")),
                HasSubstr(std::string(kept) + " is there already"));
    EXPECT_EQ(code_, exit_failed);
    EXPECT_EQ(*read_open_file(path(kept)), before);
    EXPECT_FALSE(fs::exists(path(missing)));
    fs::rename(path("aside"), path(missing));
  }
}

TEST_F(CertsCommands, SayWhatIsInTheWay) {
  EXPECT_THAT(run_it(Action::name, "a", path("out")), HasSubstr("ca/ca.pem cannot be read"));
  EXPECT_EQ(code_, exit_failed);
  EXPECT_THAT(run_it(Action::ca, "", path("none/ca")), HasSubstr("cannot make the folder"));
  fs::create_directory(path("open"));
  fs::permissions(path("open"), fs::perms(0755));
  EXPECT_THAT(run_it(Action::ca, "", path("open")), HasSubstr("has mode 0755 and must have 0700"));
  run_it(Action::ca, "", path("ca"));
  fs::permissions(path("ca/ca.key"), fs::perms(0640));
  EXPECT_THAT(run_it(Action::name, "a", path("out")),
              HasSubstr("has mode 0640 and must have 0600"));
  EXPECT_FALSE(fs::exists(path("out/a.key")));
  fs::permissions(path("ca/ca.key"), fs::perms(0600));
  run_it(Action::ca, "", path("other"));
  fs::copy_file(path("other/ca.key"), path("ca/ca.key"), fs::copy_options::overwrite_existing);
  EXPECT_THAT(run_it(Action::name, "a", path("out")), HasSubstr("is not the key of its"));
  EXPECT_EQ(code_, exit_failed);
}

TEST(CertsCommandLine, KnowsBothActions) {
  const Command ca = parse({"ca", "--out", "x"});
  ASSERT_TRUE(std::holds_alternative<CertsCommand>(ca));
  EXPECT_EQ(std::get<CertsCommand>(ca).action, Action::ca);
  EXPECT_EQ(std::get<CertsCommand>(ca).out, "x");
  const Command name = parse({"name", "tokyo-2", "--ca", "x", "--out", "y"});
  ASSERT_TRUE(std::holds_alternative<CertsCommand>(name));
  EXPECT_EQ(std::get<CertsCommand>(name).action, Action::name);
  EXPECT_EQ(std::get<CertsCommand>(name).name, "tokyo-2");
  EXPECT_EQ(std::get<CertsCommand>(name).ca, "x");
}

TEST(CertsCommandLine, EndsWithTwoForWrongUsage) {
  for (const auto& arguments :
       std::vector<std::vector<const char*>>{{},
                                             {"ca"},
                                             {"name", "a", "--ca", "x"},
                                             {"name", "a", "--out", "y"},
                                             {"name", "--ca", "x", "--out", "y"},
                                             {"name", "Tokyo", "--ca", "x", "--out", "y"},
                                             {"name", "../a", "--ca", "x", "--out", "y"}}) {
    const Command command = parse(arguments);
    ASSERT_TRUE(std::holds_alternative<ExitNow>(command));
    EXPECT_EQ(std::get<ExitNow>(command).code, exit_wrong_usage);
  }
}

}  // namespace
}  // namespace spillway::actors
