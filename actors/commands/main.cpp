// `spillway`: reads what it was asked to do and does it. The one place that may also start what is
// in sandbox/, for the demo and for `spillway relay`.
#include <cstdlib>
#include <iostream>
#include <type_traits>
#include <utility>

#include <fmt/format.h>
#include <sodium.h>

#include "actors/base/log.hpp"
#include "actors/base/process.hpp"
#include "actors/commands/command_line.hpp"
#include "actors/commands/data/commands.hpp"
#include "actors/start/demo.hpp"
#include "actors/start/first_system.hpp"
#include "actors/start/node_system.hpp"
#include "net/stream/event_loop.hpp"
#include "net/stream/standard_streams.hpp"
#include "sandbox/relay_centre.hpp"
#include "storage/base/private_files.hpp"

namespace spillway::actors {

namespace {

int fail(const std::string& sentence, int code = exit_failed) {
  std::cerr << "spillway: " << sentence << '\n';
  return code;
}

// That a system runs does not hang on who hears it.
void say_ready(const std::string& text) {
  std::cout << text;
  if (const auto written = net::check_written(std::cout); !written)
    log(LogLevel::warning, "ready_not_told", {{"reason", written.error().message}});
  std::cout.clear();
}

// What `serve --demo` prints when it takes orders: enough to try it at once.
std::string demo_welcome(const std::string& url, const std::string& shop_key) {
  return fmt::format(R"(spillway: ready on {0}
The demo shop's key: {1}

  curl -i {0}/v1/orders \
    -H 'Authorization: Bearer {1}' \
    -H 'Content-Type: application/json' \
    -d '{{"reference": "A-10023",
         "buyer": {{"name": "Hanako Sato", "email": "hanako@example.jp"}},
         "items": [{{"code": "SHOE-42", "name": "Leather shoes", "quantity": 1, "unit_price": 3150}}],
         "amount": 3150, "currency": "JPY",
         "card": {{"company": "VISA", "number": "4242424242424242", "expiry": "2028-12"}}}}'

)",
                     url, shop_key);
}

// Runs a first system until a stop signal comes. `welcome` is given its URL and makes the text that
// says that it is ready.
template <class Welcome>
int serve_until_stopped(Configuration configuration, const StopSignals& signals, Welcome welcome) {
  configuration.mail.eml_folder = outbox_folder(configuration);
  set_log_level(configuration.log.level);
  auto system = FirstSystem::start(configuration);
  if (!system) return fail(system.error().message);
  Address address = configuration.server.listen;
  address.port = (*system)->port();
  const std::string scheme = configuration.server.tls ? "https://" : "http://";
  say_ready(welcome(scheme + to_text(address)));
  tell_ready();
  signals.wait([&] { (*system)->reload_tls(); });
  tell_stopping();
  (*system)->stop();
  return exit_well;
}

int serve_configured(const ServeCommand& command, const StopSignals& signals) {
  auto configuration = load_configuration(command.configuration_file);
  if (!configuration) return fail("the configuration is wrong\n" + configuration.error().message);
  if (command.data) configuration->server.data = *command.data;
  if (command.listen) configuration->server.listen = *command.listen;
  if (command.nodes) {
    if (const auto flaw = exposure(configuration->cluster, *command.nodes))
      return fail("--nodes " + to_text(*command.nodes) + ": " + *flaw);
    configuration->cluster.listen = *command.nodes;
  }
  return serve_until_stopped(*configuration, signals, [](const std::string& url) {
    return "spillway: ready on " + url + "\n";
  });
}

// A sandbox relay centre on any free port of the loopback, then a first system that knows it.
int serve_demo(const ServeCommand& command, const StopSignals& signals) {
  const std::filesystem::path data = command.data.value_or("data");
  if (const auto made = storage::ensure_private_folder(data); !made) {
    return fail(made.error().message);
  }
  net::EventLoop loop("sandbox");
  sandbox::RelayCentreOptions options;
  options.port = 0;
  options.ledger = data / "sandbox-ledger.jsonl";
  sandbox::RelayCentre relay(loop, options);
  const auto relay_port = relay.start();
  if (!relay_port) return fail(relay_port.error().message);
  const auto demo = make_demo(data, command.listen.value_or(ServerSettings().listen), *relay_port);
  if (!demo) return fail(demo.error().message);
  const int code = serve_until_stopped(demo->configuration, signals, [&](const std::string& url) {
    return demo_welcome(url, demo->keys.shops[0]);
  });
  relay.stop();
  return code;
}

int run(const ServeCommand& command) {
  keep_memory_private();
  const StopSignals signals(!command.demo);
  return command.demo ? serve_demo(command, signals) : serve_configured(command, signals);
}

int run(const NodeCommand& command) {
  keep_memory_private();
  const StopSignals signals;
  auto configuration = node_configuration(command);
  if (!configuration) return fail(configuration.error().message);
  set_log_level(configuration->log.level);
  auto node = NodeSystem::start(*configuration);
  if (!node) return fail(node.error().message);
  say_ready("spillway: node " + configuration->node.name + " is running\n");
  tell_ready();
  signals.wait();
  tell_stopping();
  (*node)->stop();
  return exit_well;
}

Result<sandbox::RelayCentreOptions> options_of(const RelayCommand& command) {
  sandbox::RelayCentreOptions options;
  options.address = command.listen.host;
  options.port = command.listen.port;
  options.seed = command.seed;
  options.ledger = command.ledger;
  if (!command.latency.empty()) {
    const auto latency = sandbox::parse_latency(command.latency);
    if (!latency) return latency.error();
    options.latency = *latency;
  }
  if (!command.rate.empty()) {
    const auto rate = sandbox::parse_rate(command.rate);
    if (!rate) return rate.error();
    options.rate = *rate;
  }
  for (const std::string& text : command.faults) {
    const auto faults = sandbox::parse_faults(text, options.faults);
    if (!faults) return faults.error();
    options.faults = *faults;
  }
  auto header = net::iso8583::header_from(command.header);
  if (!header) return Error{"--header " + header.error().message};
  options.dialect.header = std::move(*header);
  options.dialect.always_two_bitmaps = command.bitmaps != "needed";
  if (!command.tls.certificate.empty()) {
    auto tls = load_tls_line_server(command.tls);
    if (!tls) return Error{tls.error().message};
    options.tls = std::move(*tls);
  }
  return options;
}

int run(const RelayCommand& command) {
  auto options = options_of(command);
  if (!options) return fail(options.error().message, exit_wrong_usage);
  const StopSignals signals;
  net::EventLoop loop("sandbox");
  sandbox::RelayCentre relay(loop, *options);
  const auto port = relay.start();
  if (!port) return fail(port.error().message);
  say_ready("spillway: relay centre ready on " + to_text({command.listen.host, *port}) + "\n");
  signals.wait();
  relay.stop();
  return exit_well;
}

int run(const VerifyCommand& command) {
  return run(command, std::cin, std::cout, std::cerr);
}
int run(const VerifyReceiptCommand& command) {
  return run(command, std::cin, std::cout, std::cerr);
}
int run(const BackupCommand& command) {
  return run(command, std::cout, std::cerr);
}
int run(const RestoreCommand& command) {
  return run(command, std::cout, std::cerr);
}
int run(const AuditCommand& command) {
  return run(command, std::cout, std::cerr);
}
int run(const BooksCommand& command) {
  return run(command, std::cout, std::cerr);
}
int run(const StatusCommand& command) {
  return run(command, std::cout, std::cerr);
}
int run(const RelaysCommand& command) {
  return run(command, std::cout, std::cerr);
}
int run(const OrdersCommand& command) {
  return run(command, std::cout, std::cerr);
}
int run(const PaceCommand& command) {
  return run(command, std::cout, std::cerr);
}
int run(const CasesCommand& command) {
  return run(command, std::cout, std::cerr);
}
int run(const RotateMasterKeyCommand& command) {
  return run(command, std::cout, std::cerr);
}
int run(const RotateSigningKeyCommand& command) {
  return run(command, std::cout, std::cerr);
}
int run(const ShopCommand& command) {
  return run(command, std::cout, std::cerr);
}
int run(const NodesCommand& command) {
  return run(command, std::cout, std::cerr);
}
int run(const DrainCommand& command) {
  return run(command, std::cout, std::cerr);
}
int run(const MailsCommand& command) {
  return run(command, std::cout, std::cerr);
}
int run(const WebhooksCommand& command) {
  return run(command, std::cout, std::cerr);
}
int run(const CertsCommand& command) {
  return run(command, std::cout, std::cerr);
}
int run(const HashKeyCommand& command) {
  return run(command, std::cin, std::cout, std::cerr);
}
int run(const ExitNow& exit) {
  return exit.code;
}

template <class Chosen>
constexpr bool runs_until_stopped =
    std::is_same_v<Chosen, ServeCommand> || std::is_same_v<Chosen, NodeCommand> ||
    std::is_same_v<Chosen, RelayCommand>;

// A command whose words did not arrive has failed, however well the rest went.
int run_chosen(const Command& command) {
  return std::visit(
      [](const auto& chosen) {
        const int code = run(chosen);
        if constexpr (runs_until_stopped<std::decay_t<decltype(chosen)>>) {
          return code;
        } else {
          const auto written = net::check_written(std::cout);
          return written || code != exit_well ? code : fail(written.error().message);
        }
      },
      command);
}

}  // namespace

}  // namespace spillway::actors

int main(int argument_count, char** arguments) {
  spillway::net::fill_standard_descriptors();
  spillway::actors::tell_of_crashes();
  spillway::actors::tell_stops_in_log();
  if (sodium_init() < 0) return spillway::actors::exit_failed;
  const auto command = spillway::actors::parse_command_line(argument_count, arguments);
  const int code = spillway::actors::run_chosen(command);
  spillway::actors::finish_log();
  return code;
}
