#include "actors/commands/asking/nodes_commands.hpp"

#include <chrono>
#include <cmath>
#include <cstdlib>
#include <ostream>
#include <thread>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "actors/commands/asking/command_options.hpp"
#include "actors/commands/asking/exit_code.hpp"
#include "actors/commands/asking/operator_client.hpp"
#include "actors/documents/node_json.hpp"
#include "engine/account/node_name.hpp"

namespace spillway::actors {

namespace {

constexpr auto drain_looks_every = std::chrono::milliseconds(500);

// The answer's body.
Result<std::string> ask(const std::string& url, const char* method, const std::string& path) {
  const char* key = std::getenv("SPILLWAY_KEY");
  if (key == nullptr || *key == '\0')
    return Error{"the environment must hold the operator's key as SPILLWAY_KEY"};
  auto answer = ask_as_operator(url, key, method, path);
  if (!answer) return answer.error();
  return std::move(answer->body);
}

// A node that drains says no rate any more: the end is reckoned by the last that it said.
std::string progress_text(const std::string& node, const NodeProgress& progress,
                          double per_second) {
  std::string text =
      fmt::format("{} is {}: {} outstanding", node, progress.state, progress.outstanding);
  if (progress.outstanding > 0 && per_second > 0)
    text += fmt::format(", to be done in about {:.0f} s",
                        std::ceil(static_cast<double>(progress.outstanding) / per_second));
  return text + "\n";
}

int look_on(const DrainCommand& command, NodeProgress progress, std::ostream& out,
            std::ostream& error) {
  const double per_second = progress.per_second;
  std::string said;
  for (;;) {
    if (std::string text = progress_text(command.node, progress, per_second); text != said) {
      out << text << std::flush;
      said = std::move(text);
    }
    if (progress.state == "drained") break;
    if (progress.state == "lost")
      return fail(error, command.node + " was lost before it had nothing left");
    std::this_thread::sleep_for(drain_looks_every);
    const auto answer = ask(command.url, "GET", "/v1/nodes");
    if (!answer) return fail(error, answer.error().message);
    auto next = node_progress(*answer, command.node);
    if (!next) return fail(error, command.url + ": " + next.error().message);
    progress = std::move(*next);
  }
  out << command.node << " can be stopped now.\n";
  return exit_well;
}

void add_node(CLI::App& app, DrainCommand& command) {
  app.add_option("NODE", command.node, "What `spillway nodes` names it.")
      ->required()
      ->check([](const std::string& name) {
        return is_node_name(name) ? std::string() : "must be " + std::string(node_name_rule);
      })
      ->type_name("NAME");
  add_url(app, command.url, "A system that it joined. Default: http://127.0.0.1:8080.");
}

}  // namespace

void add_nodes_commands(CLI::App& app, NodesCommand& nodes, DrainCommand& drain) {
  CLI::App* list = app.add_subcommand(
      "nodes", "List the nodes of a running system. Its operator's key comes from SPILLWAY_KEY.");
  add_url(*list, nodes.url);
  list->add_flag("--json", nodes.json, "As JSON, as GET /v1/nodes gives it.");
  CLI::App* one = app.add_subcommand(
      "drain",
      "Give a node no new work and wait until it has none left. The operator's key comes from "
      "SPILLWAY_KEY.");
  add_node(*one, drain);
  one->add_flag("--no-wait", drain.no_wait, "End as soon as the node is told.");
  add_node(*app.add_subcommand("undrain",
                               "Give a node that drains new work again. The operator's key comes "
                               "from SPILLWAY_KEY."),
           drain);
}

int run(const NodesCommand& command, std::ostream& out, std::ostream& error) {
  const auto answer = ask(command.url, "GET", "/v1/nodes");
  if (!answer) return fail(error, answer.error().message);
  if (command.json) {
    out << *answer << '\n';
    return exit_well;
  }
  const auto text = nodes_text(*answer);
  if (!text) return fail(error, command.url + ": " + text.error().message);
  out << *text;
  return exit_well;
}

int run(const DrainCommand& command, std::ostream& out, std::ostream& error) {
  const auto answer = ask(command.url, "POST",
                          "/v1/nodes/" + command.node + (command.undrain ? "/undrain" : "/drain"));
  if (!answer) return fail(error, answer.error().message);
  const auto progress = node_progress(*answer);
  if (!progress) return fail(error, command.url + ": " + progress.error().message);
  if (command.undrain) {
    out << command.node << " is told to take work again.\n";
    return exit_well;
  }
  if (!command.no_wait) return look_on(command, *progress, out, error);
  out << progress_text(command.node, *progress, progress->per_second);
  return exit_well;
}

}  // namespace spillway::actors
