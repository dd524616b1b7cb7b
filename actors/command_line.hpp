// What `spillway` was asked to do, from its arguments. Secrets are never arguments: everybody on
// the machine can read those.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "actors/case_commands.hpp"
#include "actors/certs_commands.hpp"
#include "actors/configuration.hpp"
#include "actors/mail_commands.hpp"
#include "actors/node_command.hpp"
#include "actors/nodes_commands.hpp"
#include "actors/orders_commands.hpp"
#include "actors/relay_commands.hpp"
#include "actors/shop_commands.hpp"

namespace spillway::actors {

// What a process tells the one that started it.
constexpr int exit_well = 0;
constexpr int exit_failed = 1;
constexpr int exit_wrong_usage = 2;

struct ServeCommand {
  bool demo = false;
  std::filesystem::path configuration_file;   // empty only for the demo
  std::optional<std::filesystem::path> data;  // wins over the configuration
  std::optional<Address> listen;              // wins over the configuration
  std::optional<Address> nodes;               // where nodes join; wins over the configuration
};

// The texts are the sandbox's to read (sandbox/relay_centre_options.hpp); empty: not given.
struct RelayCommand {
  Address listen{"127.0.0.1", 8583};
  std::string latency;
  std::string rate;
  std::vector<std::string> faults;
  std::uint64_t seed = 1;
  std::string ledger;
  std::string header;
  std::string bitmaps;
  TlsFiles tls;  // of its lines; `ca`: they have to show a certificate
};

struct VerifyCommand {
  std::filesystem::path data = "data";
  std::string receipt;  // a file that holds one, or "-"; empty: none
};

struct BackupCommand {
  std::filesystem::path data = "data";
  std::filesystem::path to;
  std::filesystem::path keys_to;  // empty: TO/keys
};

struct RestoreCommand {
  std::filesystem::path from;
  std::filesystem::path keys_from;  // empty: FROM/keys
  std::filesystem::path data = "data";
};

// Of a stopped system's data, or, with `url`, of a running system.
struct AuditCommand {
  std::filesystem::path data = "data";
  std::string url{};
  std::uint64_t after = 0;
  std::size_t limit = 0;  // 0: all
  bool json = false;
};

struct BooksCommand {
  std::filesystem::path data = "data";
};

struct VerifyReceiptCommand {
  std::string receipt = "-";
  std::filesystem::path keys;
};

struct RotateMasterKeyCommand {
  std::filesystem::path data = "data";
};

struct RotateSigningKeyCommand {
  std::filesystem::path data = "data";
};

struct StatusCommand {
  std::string url;
  bool json = false;
};

struct HashKeyCommand {};

// Nothing is left to do: what the arguments asked for, or what is wrong with them, was printed.
struct ExitNow {
  int code = exit_well;
};

using Command =
    std::variant<CertsCommand, NodeCommand, NodesCommand, DrainCommand, ShopCommand, ServeCommand,
                 RelayCommand, VerifyCommand, StatusCommand, RelaysCommand, PaceCommand,
                 CasesCommand, OrdersCommand, HashKeyCommand, RotateMasterKeyCommand,
                 RotateSigningKeyCommand, VerifyReceiptCommand, AuditCommand, BackupCommand,
                 RestoreCommand, BooksCommand, MailsCommand, WebhooksCommand, ExitNow>;

Command parse_command_line(int argument_count, const char* const* arguments);

}  // namespace spillway::actors
