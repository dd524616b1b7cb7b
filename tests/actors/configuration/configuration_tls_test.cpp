// TLS in the configuration: what is asked for, what is refused, and where it is said.
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "actors/configuration/configuration.hpp"
#include "tests/net/fixtures/tls_certificates.hpp"

namespace spillway::actors {
namespace {

using testing::HasSubstr;

const std::string plain = "plain = 'I accept that card numbers cross the network in the clear'\n";

class ConfigurationTls : public testing::Test {
 protected:
  ConfigurationTls() {
    std::filesystem::create_directory(folder_);
    write("ca.pem", ca_.certificate());
    const net::TlsIdentity own = ca_.issue("own.example");
    write("own.pem", own.certificate);
    write("own.key", own.key, 0600);
    write("open.key", own.key, 0644);
    write("other.key", ca_.issue("other.example").key, 0600);
    write("text", "nothing of TLS\n", 0600);
  }
  ~ConfigurationTls() override { std::filesystem::remove_all(folder_); }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  // "key = 'FILE'", a line.
  std::string line(const std::string& key, const std::string& name) const {
    return key + " = '" + path(name) + "'\n";
  }
  static Result<Configuration> read(const std::string& host, const std::string& relay,
                                    const std::string& server = {}) {
    // The relay's lines begin at 13, the server's own at 22.
    return parse_configuration(
        "[[shops]]\nid = 7\nname = 'Shoes'\nkey_hashes = ['" + std::string(64, 'a') +
            "']\nmail_from = 'orders@shoes.example'\nmerchant = 'M1'\nterminal = 'T1'\n"
            "[[relays]]\nid = 3\nname = 'east'\nport = 8583\nhost = '" +
            host + "'\n" + relay + "acquirer = '123456'\ncompanies = ['VISA']\n" + server,
        "spillway.toml");
  }

  const std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("spillway-tls-" + std::to_string(::getpid()));
  const net::TestCa ca_;

 private:
  void write(const std::string& name, const std::string& content, unsigned mode = 0644) {
    std::ofstream(folder_ / name) << content;
    std::filesystem::permissions(folder_ / name, std::filesystem::perms(mode));
  }
};

TEST_F(ConfigurationTls, LinesThatLeaveThisMachineAreUnderItByThemselves) {
  struct Case {
    std::string host;
    std::string keys;
    bool tls;
  };
  for (const Case& row :
       {Case{"127.0.0.1", "", false}, Case{"127.9.9.9", "", false}, Case{"::1", "", false},
        Case{"localhost", "", false}, Case{"127.0.0.1", "tls = 'required'\n", true},
        Case{"relay.example", "", true}, Case{"192.0.2.1", "", true},
        Case{"127.0.0.1.example", "", true},
        Case{"relay.example", "tls = 'off'\n" + plain, false}}) {
    const auto result = read(row.host, row.keys);
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(result->relays.at(0).tls.has_value(), row.tls) << row.host;
    if (row.tls) {
      EXPECT_EQ(result->relays.at(0).tls->name, row.host);
    }
  }
}

TEST_F(ConfigurationTls, TakesEachFileOfALineAndTheNameToLookFor) {
  const auto result =
      read("192.0.2.1", "tls_name = 'relay.example'\n" + line("tls_ca", "ca.pem") +
                            line("tls_certificate", "own.pem") + line("tls_key", "own.key"));
  ASSERT_TRUE(result) << result.error().message;
  const RelayTlsSettings& tls = *result->relays.at(0).tls;
  EXPECT_EQ(tls.name, "relay.example");
  EXPECT_EQ(tls.files.ca, path("ca.pem"));
  EXPECT_EQ(tls.files.certificate, path("own.pem"));
  EXPECT_EQ(tls.files.key, path("own.key"));
}

TEST_F(ConfigurationTls, WhatIsWrongWithALineIsToldWithItsKey) {
  struct Flaw {
    std::string host;
    std::string keys;
    std::string message;
  };
  const std::string own = line("tls_certificate", "own.pem");
  const std::vector<Flaw> flaws = {
      {"relay.example", "tls = 'off'\n", ":13: relays[0].tls: must be \"required\": relay.example"},
      {"relay.example", "tls = 'off'\nplain = 'yes'\n",
       ":14: relays[0].plain: must be, word for word, plain = \"I accept that card numbers"},
      {"relay.example", plain, ":13: relays[0].plain: has a meaning only with tls = \"off\""},
      {"127.0.0.1", "tls = 'on'\n", ":13: relays[0].tls: must be \"required\" or \"off\""},
      {"127.0.0.1", line("tls_ca", "ca.pem"), ":13: relays[0].tls_ca: has a meaning only with"},
      {"relay.example", line("tls_ca", "none"), ":13: relays[0].tls_ca: the file "},
      {"relay.example", line("tls_ca", "text"), "text holds no certificate"},
      {"relay.example", own, ":8: relays[0].tls_key: is missing"},
      {"relay.example", line("tls_key", "own.key"), ":8: relays[0].tls_certificate: is missing"},
      {"relay.example", own + line("tls_key", "none"), ":14: relays[0].tls_key: cannot"},
      {"relay.example", own + line("tls_key", "open.key"),
       "open.key has mode 0644 and must have 0600"},
      {"relay.example", own + line("tls_key", "other.key"), "is not the key of the certificate"},
      {"relay.example", own + line("tls_key", "text"), "text holds no private key"},
      {"relay.example", line("tls_certificate", "text") + line("tls_key", "own.key"),
       ":13: relays[0].tls_certificate: the file "},
  };
  for (const Flaw& flaw : flaws) {
    const auto result = read(flaw.host, flaw.keys);
    ASSERT_FALSE(result) << flaw.keys;
    EXPECT_THAT(result.error().message, HasSubstr(flaw.message)) << flaw.keys;
  }
}

TEST_F(ConfigurationTls, TheServerTakesACertificateWithItsKey) {
  const auto result = read(
      "127.0.0.1", "", "[server.tls]\n" + line("certificate", "own.pem") + line("key", "own.key"));
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->server.tls->certificate, path("own.pem"));
  EXPECT_FALSE(read("127.0.0.1", "")->server.tls);
}

TEST_F(ConfigurationTls, WhatIsWrongWithTheServerIsToldWithItsKey) {
  struct Flaw {
    std::string keys;
    std::string message;
  };
  const std::string own = line("certificate", "own.pem");
  const std::vector<Flaw> flaws = {
      {"[server]\ntls = true\n", ":16: server.tls: must be a table"},
      {"[server.tls]\n" + own, ":15: server.tls.key: is missing"},
      {"[server.tls]\n" + line("key", "own.key"), ":15: server.tls.certificate: is missing"},
      {"[server.tls]\n" + own + line("key", "open.key"), ":17: server.tls.key: the file "},
      {"[server.tls]\n" + own + line("key", "other.key"), "is not the key of the certificate"},
      {"[server.tls]\n" + own + line("keys", "own.key"), "did you mean key?"},
  };
  for (const Flaw& flaw : flaws) {
    const auto result = read("127.0.0.1", "", flaw.keys);
    ASSERT_FALSE(result) << flaw.keys;
    EXPECT_THAT(result.error().message, HasSubstr(flaw.message)) << flaw.keys;
    EXPECT_THAT(result.error().message, testing::Not(HasSubstr("PRIVATE KEY-----\n")));
  }
}

}  // namespace
}  // namespace spillway::actors
