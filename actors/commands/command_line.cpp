#include "actors/commands/command_line.hpp"

#include <CLI/CLI.hpp>

#include "actors/commands/asking/command_options.hpp"
#include "actors/commands/backup_options.hpp"

namespace spillway::actors {

namespace {

// Empty when the text is an address; otherwise what CLI11 prints.
std::string check_address(const std::string& text) {
  const auto address = address_from(text);
  if (address && is_numeric_host(address->host)) return {};
  return "must be ADDR:PORT, like 127.0.0.1:8080 or [::1]:8080";
}

// The values as CLI11 fills them in; `command` makes the result of them.
struct Arguments {
  ServeCommand serve;
  std::string serve_data;
  std::string serve_listen;
  std::string serve_nodes;
  RelayCommand relay;
  std::string relay_listen;
  VerifyCommand verify;
  RotateMasterKeyCommand rotate_master_key;
  RotateSigningKeyCommand rotate_signing_key;
  VerifyReceiptCommand verify_receipt;
  BackupCommand backup;
  RestoreCommand restore;
  AuditCommand audit;
  BooksCommand books;
  StatusCommand status{"http://127.0.0.1:8080"};
  OrdersCommand orders;
  ShopCommand shop;
  CertsCommand certs;
  NodeCommand node;
  NodesCommand nodes;
  DrainCommand drain;
  RelaysCommand relays;
  PaceCommand pace;
  CasesCommand cases;
  MailsCommand mails;
  WebhooksCommand webhooks;
};

void add_serve(CLI::App& app, Arguments& arguments) {
  CLI::App* serve = app.add_subcommand("serve",
                                       "Run a first system: take orders and have them "
                                       "authorized.");
  auto* file = add_file(*serve, "--config", arguments.serve.configuration_file,
                        "The configuration, a TOML file.");
  add_data(*serve, arguments.serve_data,
           "The data folder. Default: what the configuration says, or ./data.");
  serve
      ->add_option("--listen", arguments.serve_listen,
                   "Where to take HTTP. Default: what the configuration says, or "
                   "127.0.0.1:8080.")
      ->check(check_address)
      ->type_name("ADDR:PORT");
  auto* nodes = serve
                    ->add_option("--nodes", arguments.serve_nodes,
                                 "Where nodes join. Default: what the configuration says, or "
                                 "nowhere.")
                    ->check(check_address)
                    ->type_name("ADDR:PORT");
  auto* demo = serve->add_flag("--demo", arguments.serve.demo,
                               "Run with two demo shops, an embedded sandbox relay centre, and "
                               "mails as files; no other process is needed.");
  demo->excludes(file);
  demo->excludes(nodes);
  serve->callback([&arguments] {
    if (!arguments.serve.demo && arguments.serve.configuration_file.empty()) {
      throw CLI::RequiredError("serve: --config FILE or --demo");
    }
  });
}

void add_relay(CLI::App& app, Arguments& arguments) {
  RelayCommand& relay = arguments.relay;
  CLI::App* command =
      app.add_subcommand("relay", "Run a sandbox relay centre, which answers over ISO 8583.");
  command
      ->add_option("--listen", arguments.relay_listen,
                   "Where to take lines. Default: 127.0.0.1:8583.")
      ->check(check_address)
      ->type_name("ADDR:PORT");
  command
      ->add_option("--latency", relay.latency,
                   "How long each answer takes, like 20ms or 10ms-200ms. Default: no time.")
      ->type_name("TIME");
  command
      ->add_option("--rate", relay.rate,
                   "Authorizations a second; above it the answer is 96. Default: no limit.")
      ->type_name("N");
  command
      ->add_option("--fault", relay.faults,
                   "The chance of a fault, like lost=0.01; a name that there is not lists all. "
                   "Repeatable.")
      ->type_name("NAME=CHANCE");
  command
      ->add_option("--header", relay.header,
                   "Bytes before each message's type, such as a TPDU, in hexadecimal digits.")
      ->type_name("HEX");
  command
      ->add_option("--bitmaps", relay.bitmaps,
                   "Whether each message has both bitmaps, or the second where it is needed. "
                   "Default: both.")
      ->check(CLI::IsMember({"both", "needed"}))
      ->type_name("both|needed");
  command->add_option("--seed", relay.seed, "Of everything that is left to chance. Default: 1.")
      ->type_name("N");
  command->add_option("--ledger", relay.ledger,
                      "Write every authorization and reversal into this file, one JSON object a "
                      "line.");
  auto* certificate = add_file(*command, "--tls-certificate", relay.tls.certificate,
                               "Take lines under TLS, with this certificate (PEM).");
  auto* key = add_file(*command, "--tls-key", relay.tls.key, "Its key, a file of mode 0600 (PEM).");
  auto* ca = add_file(*command, "--tls-client-ca", relay.tls.ca,
                      "Take only lines whose certificate comes from this CA (PEM).");
  certificate->needs(key);
  key->needs(certificate);
  ca->needs(certificate);
}

void add_audit(CLI::App& app, AuditCommand& audit) {
  CLI::App* command = app.add_subcommand(
      "audit",
      "Print what operators did, from a stopped system's data, and check it; or from a running "
      "system, whose operator's key comes from SPILLWAY_KEY.");
  auto* data = add_data(*command, audit.data);
  auto* url = add_url(*command, audit.url, "A running system.");
  url->excludes(data);
  command->add_option("--after", audit.after, "Entries after this number.")
      ->type_name("N")
      ->needs(url);
  command->add_option("--limit", audit.limit, "No more than so many. Default: all.")
      ->type_name("N")
      ->needs(url);
  command->add_flag("--json", audit.json, "As JSON, an entry a line.");
}

void add_operating(CLI::App& app, Arguments& arguments) {
  CLI::App* verify =
      app.add_subcommand("verify", "Check the data of a stopped system from end to end.");
  add_data(*verify, arguments.verify.data);
  add_file(*verify, "--receipt", arguments.verify.receipt,
           "A file with a receipt: check that the journal still holds its order. - is standard "
           "input.");
  CLI::App* status = app.add_subcommand(
      "status", "Say how a running system does. Its operator's key comes from SPILLWAY_KEY.");
  add_url(*status, arguments.status.url);
  status->add_flag("--json", arguments.status.json, "As JSON, as GET /v1/status gives it.");
  add_data(*app.add_subcommand("books",
                               "Print what stays of orders whose records retention has taken out."),
           arguments.books.data);
  add_audit(app, arguments.audit);
  app.add_subcommand("hash-key",
                     "Read an API key from standard input and print the hash that the "
                     "configuration holds in its place.");
}

void add_keys(CLI::App& app, Arguments& arguments) {
  CLI::App* master = app.add_subcommand(
      "rotate-master-key",
      "Make a new master key and wrap the keys under it; a running system goes on. With the master "
      "key in the environment the new one comes from SPILLWAY_NEXT_MASTER_KEY.");
  add_data(*master, arguments.rotate_master_key.data);
  CLI::App* signing = app.add_subcommand(
      "rotate-signing-key",
      "Make a new key for receipts, used from the next start on; the public keys of those before "
      "stay published.");
  add_data(*signing, arguments.rotate_signing_key.data);
}

void add_receipts(CLI::App& app, Arguments& arguments) {
  CLI::App* command = app.add_subcommand(
      "verify-receipt", "Check a receipt against the published keys, without any system.");
  add_file(*command, "receipt", arguments.verify_receipt.receipt,
           "A file with the receipt, or with the answer that carried it. Default: standard input.");
  add_file(*command, "--keys", arguments.verify_receipt.keys,
           "A file with the keys, as GET /v1/keys gives them.")
      ->required();
}

Command command_of(const CLI::App& app, Arguments& arguments) {
  if (app.got_subcommand("serve")) {
    if (!arguments.serve_data.empty()) arguments.serve.data = arguments.serve_data;
    arguments.serve.listen = address_from(arguments.serve_listen);
    arguments.serve.nodes = address_from(arguments.serve_nodes);
    return arguments.serve;
  }
  if (app.got_subcommand("relay")) {
    if (const auto address = address_from(arguments.relay_listen)) {
      arguments.relay.listen = *address;
    }
    return arguments.relay;
  }
  if (app.got_subcommand("certs")) return arguments.certs;
  if (app.got_subcommand("shop")) return arguments.shop;
  if (app.got_subcommand("verify")) return arguments.verify;
  if (app.got_subcommand("audit")) return arguments.audit;
  if (app.got_subcommand("backup")) return arguments.backup;
  if (app.got_subcommand("restore")) return arguments.restore;
  if (app.got_subcommand("books")) return arguments.books;
  if (app.got_subcommand("status")) return arguments.status;
  if (app.got_subcommand("orders")) return arguments.orders;
  if (app.got_subcommand("node")) return arguments.node;
  if (app.got_subcommand("nodes")) return arguments.nodes;
  if (app.got_subcommand("drain") || app.got_subcommand("undrain")) {
    arguments.drain.undrain = app.got_subcommand("undrain");
    return arguments.drain;
  }
  if (app.got_subcommand("relays")) return arguments.relays;
  if (app.got_subcommand("pace")) return arguments.pace;
  if (app.got_subcommand("cases")) return arguments.cases;
  if (app.got_subcommand("mails")) return arguments.mails;
  if (app.got_subcommand("webhooks")) return arguments.webhooks;
  if (app.got_subcommand("verify-receipt")) return arguments.verify_receipt;
  if (app.got_subcommand("rotate-master-key")) return arguments.rotate_master_key;
  if (app.got_subcommand("rotate-signing-key")) return arguments.rotate_signing_key;
  return HashKeyCommand{};
}

}  // namespace

Command parse_command_line(int argument_count, const char* const* arguments) {
  CLI::App app("Spillway takes orders durably at once and has their cards authorized behind.",
               "spillway");
  app.set_version_flag("--version", std::string("spillway ") + SPILLWAY_VERSION);
  app.require_subcommand(1);
  Arguments values;
  add_serve(app, values);
  add_node_command(app, values.node);
  add_relay(app, values);
  add_operating(app, values);
  add_relay_commands(app, values.relays, values.pace);
  add_case_commands(app, values.cases);
  add_orders_commands(app, values.orders);
  add_shop_commands(app, values.shop);
  add_backup_commands(app, values.backup, values.restore);
  add_keys(app, values);
  add_receipts(app, values);
  add_certs_commands(app, values.certs);
  add_nodes_commands(app, values.nodes, values.drain);
  add_mail_commands(app, values.mails, values.webhooks);
  for (CLI::App* command : app.get_subcommands({})) {
    command->set_version_flag("--version", std::string("spillway ") + SPILLWAY_VERSION);
  }
  try {
    app.parse(argument_count, arguments);
  } catch (const CLI::ParseError& stopped) {
    // CLI11's way to say both "help was asked for" and "wrong usage"; it prints either.
    return ExitNow{app.exit(stopped) == 0 ? exit_well : exit_wrong_usage};
  }
  return command_of(app, values);
}

}  // namespace spillway::actors
