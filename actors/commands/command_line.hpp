// What `spillway` was asked to do, from its arguments. Secrets are never arguments: everybody on
// the machine can read those.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "actors/commands/asking/case_commands.hpp"
#include "actors/commands/asking/exit_code.hpp"
#include "actors/commands/asking/mail_commands.hpp"
#include "actors/commands/asking/nodes_commands.hpp"
#include "actors/commands/asking/orders_commands.hpp"
#include "actors/commands/asking/relay_commands.hpp"
#include "actors/commands/asking/shop_commands.hpp"
#include "actors/commands/data/certs_commands.hpp"
#include "actors/commands/data/commands.hpp"
#include "actors/commands/node_command.hpp"
#include "actors/configuration/configuration.hpp"

namespace spillway::actors {

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
