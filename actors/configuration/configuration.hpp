// What a first system is told when it starts: one TOML file, checked as a whole, so that a person
// mends it in one go. docs/configuration.md describes every key; docs/spillway.example.toml is an
// example that a test loads. There are no secrets in it: keys stand there as hashes, passwords
// come from the environment or from a file that only its owner can read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actors/configuration/tls_files.hpp"
#include "engine/account/shop.hpp"
#include "engine/base/ids.hpp"
#include "engine/base/result.hpp"
#include "engine/base/time.hpp"
#include "engine/card/card.hpp"
#include "engine/order/dialect.hpp"
#include "engine/order/limits.hpp"
#include "engine/pacing/pacing.hpp"
#include "engine/sharing/limits.hpp"
#include "engine/sharing/sharing.hpp"
#include "net/relay/relay_connection.hpp"
#include "net/webhook/webhook_url.hpp"
#include "storage/base/limits.hpp"

namespace spillway::actors {

using namespace std::chrono_literals;

struct Address {
  std::string host;        // a name or a number, IPv6 without brackets
  std::uint16_t port = 0;  // 0: any free one
  friend bool operator==(const Address&, const Address&) = default;
};
std::optional<Address> address_from(std::string_view text);  // "127.0.0.1:8080", "[::1]:8080"
std::string to_text(const Address& address);
bool is_numeric_host(const std::string& host);  // IPv4 or IPv6 in digits
bool is_loopback(
    const std::string& host);  // this machine and no other: 127.0.0.0/8, ::1, localhost

enum class LogLevel : std::uint8_t { debug = 1, info = 2, warning = 3, error = 4 };

struct SystemSettings {
  std::uint8_t id = 0;  // 0..31, see make_reference
};

std::uint32_t loops_default();  // a quarter of the cores, at least one

struct ServerSettings {
  Address listen{"127.0.0.1", 8080};      // the host in digits
  std::uint32_t loops = loops_default();  // threads that serve HTTP
  std::filesystem::path data = "data";
  std::optional<TlsFiles> tls;  // none: in the clear
};

struct AdmissionSettings {
  std::size_t waiting_orders_max = limits::waiting_orders_max;
};

struct KeySettings {
  Duration card_epoch = 24h;  // how long cards are sealed under one key
};

struct RetentionSettings {
  std::optional<Duration> personal_data;  // of closed orders, from their reception; none: for ever
  std::optional<Duration> closed_orders;  // whole, from their last change; none: for ever
  Duration look_interval = limits::retention_interval;

  bool any() const { return personal_data || closed_orders; }
};

struct OperatorSettings {
  std::vector<std::string> key_hashes;  // who may ask GET /v1/status; none: nobody
};

struct ShopSettings {
  ShopId id;
  std::string name;                     // as buyers know it
  std::vector<std::string> key_hashes;  // as net::hash_api_key gives them
  std::string mail_from;                // address the shop's mails come from
  net::Merchant merchant;               // ISO 8583:1987 fields 18, 41, 42
  ShopLimits limits;
};

struct RelayTlsSettings {
  TlsFiles files;
  std::string name;  // that the relay centre's certificate is made out to
};

struct RelaySettings {
  RelayId id;
  std::string name;
  Address address;
  std::string acquirer;  // ISO 8583:1987 field 32, acquiring institution: up to 11 digits
  std::optional<RelayTlsSettings> tls;  // none: in the clear
  Pacing pacing;
  bool contract_pace = false;  // the pace is one contract's: first systems lend nodes parts of it
  Sharing sharing{.wait_max = limits::spill_wait_default};  // with nodes, where any are joined
  bool sandbox = false;                // the demo's own: no card is charged there
  bool paused = false;                 // an operator let no authorization leave when it started
  std::vector<CardCompany> companies;  // each company leads to exactly one relay centre
  Duration answer_time_max = 5s;
  std::size_t line_outstanding_max = 1'024;
  bool recognises_repeats = false;     // a repeat (0101) gives the first answer again
  Duration late_window = 60s;          // how late a request may still reach the issuer
  Dialect dialect;                     // what its codes (field 39) mean
  std::uint16_t doubt_tries_max = 10;  // repeats or reversals before a person is asked to look
  net::iso8583::Dialect wire;          // what is different about its messages
  // However little the relay centre seems to bear, what waits for it is sent in this time.
  Duration backlog_time_max = 1h;
};

struct SmtpServer {
  std::string url;  // "smtp://mail.example:587", "smtps://mail.example"
  std::string user;
  std::string password;  // from SPILLWAY_SMTP_PASSWORD or `password_file`
};

struct MailSettings {
  std::filesystem::path eml_folder;        // mails as files; empty: see outbox_folder
  std::optional<SmtpServer> server;        // where they go instead
  std::filesystem::path templates_folder;  // empty: those that are built in
};

struct WebhookSettings {
  net::WebhookReach reach = net::WebhookReach::internet;  // the demo's: this machine, too
};

// How the systems of a cluster know each other. Without `tls` and `plain` there is no cluster.
struct ClusterSettings {
  std::optional<TlsFiles> tls;    // all three files (net/tls/cluster_identity.hpp)
  std::string name;               // in that certificate; empty without one
  bool plain = false;             // nobody proves anything: between processes of one machine only
  std::optional<Address> listen;  // of a first system: where nodes join, in digits; none: nowhere
  std::vector<std::string>
      nodes;  // of a first system: which may join; empty: any that the CA knows
};

// Of a node.
struct NodeSettings {
  std::string name;           // empty: the one in the certificate
  std::vector<Address> join;  // the first systems
};

struct LogSettings {
  LogLevel level = LogLevel::info;
};

struct Configuration {
  SystemSettings system;
  ServerSettings server;
  AdmissionSettings admission;
  KeySettings keys;
  RetentionSettings retention;
  OperatorSettings operators;
  std::vector<ShopSettings> shops;
  std::vector<RelaySettings> relays;
  MailSettings mail;
  WebhookSettings webhooks;
  ClusterSettings cluster;
  NodeSettings node;
  LogSettings log;
};

// Where orders paid by this company's cards go; nothing when no relay centre takes them.
std::optional<RelayId> relay_for(const Configuration& configuration, CardCompany company);

// Where mails go as files: the folder that was given, or DATA/outbox.
std::filesystem::path outbox_folder(const Configuration& configuration);

// The settings of a relay centre; null when the configuration names no such one, which records may.
const RelaySettings* find_relay(const Configuration& configuration, RelayId relay);

// Why nodes must not be taken at this address, or a first system not joined there, if they must
// not; the sentence goes on after the key's name.
std::optional<std::string> exposure(const ClusterSettings& cluster, const Address& address);

// The same of a node's name.
std::optional<std::string> name_flaw(const ClusterSettings& cluster, const std::string& name);

// Whose configuration it is. A node's has [node], [cluster], [[relays]] and [log]; a first system's
// everything but [node].
enum class SystemRole : std::uint8_t { first_system, node };

// Reads and checks the whole file. The error holds one line for each thing that is wrong:
// "spillway.toml:12: relays[0].pace: must be greater than 0". Relative paths count from the
// process's working directory.
Result<Configuration> load_configuration(const std::filesystem::path& file,
                                         SystemRole role = SystemRole::first_system);

// The same for a text; `name` stands in for the file's in messages.
Result<Configuration> parse_configuration(std::string_view toml, const std::string& name,
                                          SystemRole role = SystemRole::first_system);

}  // namespace spillway::actors
