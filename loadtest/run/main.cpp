// spillway-load: sends orders as shops do, sees each through to its outcome, and audits what became
// of them.
#include <atomic>
#include <csignal>
#include <fstream>
#include <iostream>

#include <CLI/CLI.hpp>
#include <curl/curl.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "loadtest/base/civil_time.hpp"
#include "loadtest/parts/agent.hpp"
#include "loadtest/run/prove.hpp"
#include "loadtest/run/report.hpp"
#include "loadtest/run/result_json.hpp"
#include "loadtest/run/run.hpp"
#include "net/stream/standard_streams.hpp"

namespace {

using namespace spillway;
using namespace spillway::loadtest;

std::atomic<bool> stop_asked{false};

// The first Ctrl-C ends the arrivals, so that what was sent is still audited; the second ends all.
void on_signal(int) {
  if (stop_asked.exchange(true)) _exit(128 + SIGINT);
}

struct Arguments {
  std::string scenario;
  std::string url;
  std::string keys_file;
  std::string out;
  std::string spillway;
  std::vector<std::string> agents;
  bool own_target = false;
  double shorten = 1;
  std::vector<std::string> results;
  std::string html;
  AgentOptions agent;
  ProveOptions prove;
};

int fail(const std::string& sentence, int code = exit_failed) {
  fmt::print(stderr, "spillway-load: {}\n", sentence);
  return code;
}

bool write_file(const std::filesystem::path& file, const std::string& text) {
  std::ofstream stream(file, std::ios::binary);
  stream << text;
  return static_cast<bool>(stream.flush());
}

// load-results/NAME-TIME, unless it is said where.
std::filesystem::path out_folder(const Arguments& arguments, const std::string& name) {
  if (!arguments.out.empty()) return std::filesystem::absolute(arguments.out);
  const auto now = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  std::string time = to_civil_text(now).substr(0, 19);
  std::replace(time.begin(), time.end(), ':', '-');
  return std::filesystem::absolute("load-results") / (name + "-" + time);
}

int run(const Scenario& scenario, const Arguments& arguments, const std::string& name,
        bool verify) {
  RunOptions options;
  options.folder = out_folder(arguments, name);
  std::error_code failed;
  std::filesystem::create_directories(options.folder, failed);
  const bool empty = !failed && std::filesystem::is_empty(options.folder, failed);
  if (failed) return fail(options.folder.string() + ": " + failed.message());
  if (!empty) {
    return fail("--out: " + options.folder.string() + " is not empty; a run begins in a new folder",
                exit_wrong_usage);
  }
  options.spillway = arguments.spillway;
  if (options.spillway.empty()) options.spillway = beside_this_program("spillway");
  options.agents = arguments.agents;
  options.any_target = arguments.own_target;
  options.verify = verify;
  Display display;
  auto outcome = run_scenario(scenario, options, display, stop_asked);
  if (!outcome) return fail(outcome.error().message);
  const auto json = to_json(*outcome);
  const auto result_file = options.folder / "result.json";
  const auto report_file = options.folder / "report.html";
  if (!write_file(result_file, json.dump(1) + "\n") ||
      !write_file(report_file, report_html({json}))) {
    return fail(options.folder.string() + ": the result cannot be written");
  }
  fmt::print("{}\n  {}: {}\n  {}\n", summary_of(*outcome), "result", result_file.string(),
             "report: " + report_file.string());
  return outcome->exit_code();
}

int run_command(const Arguments& arguments) {
  auto scenario = read_scenario(arguments.scenario);
  if (!scenario)
    return fail("the scenario is wrong\n" + scenario.error().message, exit_wrong_usage);
  if (!arguments.url.empty()) {
    scenario->target.url = arguments.url;
    scenario->topology.reset();
    if (scenario->audit.mails) {
      return fail("--url: this scenario takes mails, which only a topology of its own sends to it",
                  exit_wrong_usage);
    }
    if (!scenario->timeline.empty()) {
      return fail("--url: this scenario's timeline needs the topology of its own",
                  exit_wrong_usage);
    }
  }
  if (!arguments.keys_file.empty()) scenario->target.keys_file = arguments.keys_file;
  if (arguments.shorten < 1) {
    if (!arguments.agents.empty()) {
      return fail("--shorten: agents run a scenario as it stands", exit_wrong_usage);
    }
    *scenario = scenario->shortened(arguments.shorten);
  }
  return run(*scenario, arguments, std::filesystem::path(arguments.scenario).stem().string(),
             scenario->topology.has_value());
}

int prove_command(const Arguments& arguments) {
  auto scenario = parse_scenario(prove_scenario(arguments.prove), "prove");
  if (!scenario) return fail(scenario.error().message, exit_wrong_usage);
  return run(*scenario, arguments, "prove", true);
}

int check_command(const Arguments& arguments) {
  const auto scenario = read_scenario(arguments.scenario);
  if (!scenario)
    return fail("the scenario is wrong\n" + scenario.error().message, exit_wrong_usage);
  fmt::print("{}: {} for {}, about {:.0f} orders\n", scenario->name, arguments.scenario,
             to_short_text(scenario->duration()), scenario->profile().total());
  return exit_well;
}

int compare_command(const Arguments& arguments) {
  std::vector<nlohmann::ordered_json> results;
  for (const std::string& file : arguments.results) {
    auto result = read_result(file);
    if (!result) return fail(result.error().message);
    results.push_back(std::move(*result));
  }
  fmt::print("{}", compare_text(results[0], results[1]));
  if (arguments.html.empty()) return exit_well;
  if (!write_file(arguments.html, report_html(results))) {
    return fail(arguments.html + ": cannot be written");
  }
  return exit_well;
}

int agent_command(const Arguments& arguments) {
  const auto served = serve_as_agent(arguments.agent, stop_asked);
  return served ? exit_well : fail(served.error().message);
}

void add_run_options(CLI::App& command, Arguments& arguments) {
  command
      .add_option("--out", arguments.out,
                  "Where result, report and all that is started for the run go. Default: "
                  "load-results/NAME-TIME.")
      ->type_name("DIR");
  command
      .add_option("--spillway", arguments.spillway,
                  "The program that a topology runs. Default: spillway beside this one.")
      ->type_name("FILE");
}

void add_commands(CLI::App& app, Arguments& arguments) {
  CLI::App* run = app.add_subcommand("run", "Run a scenario and write its result and report.");
  run->add_option("scenario", arguments.scenario, "A TOML file.")->required();
  run->add_option("--url", arguments.url, "A running target, in place of the scenario's own.");
  run->add_option("--keys", arguments.keys_file,
                  "The shops' keys, like the demo's demo-keys.json. Or in SPILLWAY_LOAD_KEYS, with "
                  "commas between.")
      ->type_name("FILE");
  run->add_option("--agents", arguments.agents,
                  "Have these send, each its share: HOST:PORT, several with commas between.")
      ->delimiter(',');
  run->add_option("--shorten", arguments.shorten,
                  "Run the scenario in this part of its time, at the same rates: 0.1 tries one of "
                  "two hours in twelve minutes.")
      ->check(CLI::Range(0.0001, 1.0));
  run->add_flag("--i-own-this-target", arguments.own_target,
                "Allow a target that is neither this machine nor in a private network.");
  add_run_options(*run, arguments);

  CLI::App* check = app.add_subcommand("check", "Say whether a scenario is right.");
  check->add_option("scenario", arguments.scenario, "A TOML file.")->required();

  CLI::App* compare = app.add_subcommand("compare", "Hold two results beside each other.");
  compare->add_option("results", arguments.results, "Two result.json.")->required()->expected(2);
  compare->add_option("--html", arguments.html, "Write a page with both, too.")->type_name("FILE");

  CLI::App* agent = app.add_subcommand("agent", "Send a coordinator's load from this machine.");
  agent->add_option("--listen", arguments.agent.listen, "Default: 127.0.0.1:9100.")
      ->type_name("ADDR:PORT");
  agent->add_flag("--i-own-this-target", arguments.agent.any_target,
                  "Allow targets that are neither this machine nor in a private network.");

  CLI::App* prove = app.add_subcommand(
      "prove",
      "Start a system, send it through a flash sale while killing and freezing it, audit.");
  prove->add_option("--orders", arguments.prove.orders, "About how many. Default: a million.")
      ->check(CLI::Range(500, 100'000'000));
  prove->add_option("--rate", arguments.prove.rate, "Orders a second on average. Default: 5000.")
      ->check(CLI::Range(50, 100'000));
  prove->add_option("--seed", arguments.prove.seed, "Of everything that is left to chance.");
  add_run_options(*prove, arguments);
}

int run_chosen(const CLI::App& app, const Arguments& arguments) {
  if (app.got_subcommand("run")) return run_command(arguments);
  if (app.got_subcommand("check")) return check_command(arguments);
  if (app.got_subcommand("compare")) return compare_command(arguments);
  if (app.got_subcommand("agent")) return agent_command(arguments);
  return prove_command(arguments);
}

// fmt::print and CLI11 write to the same stdout. What was said to nobody has failed.
int told(int code) {
  const auto written = spillway::net::check_written(std::cout);
  const bool whole = written && std::ferror(stdout) == 0;
  if (whole || code != exit_well) return code;
  return fail(written ? "standard output could not be written" : written.error().message);
}

}  // namespace

int main(int argument_count, char** argument_values) {
  spillway::net::fill_standard_descriptors();
  CLI::App app("Load tests that see each order through to its outcome and prove that none is lost.",
               "spillway-load");
  app.set_version_flag("--version", std::string("spillway-load ") + SPILLWAY_VERSION);
  app.require_subcommand(1);
  Arguments arguments;
  add_commands(app, arguments);
  try {
    app.parse(argument_count, argument_values);
  } catch (const CLI::ParseError& stopped) {
    // CLI11's way to say both "help was asked for" and "wrong usage"; it prints either.
    return told(app.exit(stopped) == 0 ? exit_well : exit_wrong_usage);
  }
  curl_global_init(CURL_GLOBAL_DEFAULT);
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
  return told(run_chosen(app, arguments));
}
