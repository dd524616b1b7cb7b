// From TOML to a Configuration: the sections in order, checked as a whole.
#include <fstream>
#include <sstream>

#include "actors/configuration/configuration.hpp"
#include "actors/configuration/configuration_sections.hpp"
#include "engine/order/limits.hpp"
#include "storage/base/limits.hpp"

namespace spillway::actors {

namespace {

void read_first_system(TomlSection& root, Configuration& out, TomlProblems& problems) {
  {
    TomlSection section = root.table("system");
    section.read("id", out.system.id, 0, 31);
    section.finish();
  }
  read_server(root.table("server"), out.server);
  {
    TomlSection section = root.table("keys");
    section.read("card_epoch", out.keys.card_epoch, limits::card_epoch_min, 24h * 366);
    section.finish();
  }
  {
    TomlSection section = root.table("retention");
    Duration personal_data = limits::personal_data_min;
    section.read("personal_data", personal_data, limits::personal_data_min, 24h * 366 * 20);
    if (section.has("personal_data")) out.retention.personal_data = personal_data;
    Duration closed_orders = limits::closed_orders_min;
    section.read("closed_orders", closed_orders, limits::closed_orders_min, 24h * 366 * 20);
    if (section.has("closed_orders")) {
      out.retention.closed_orders = closed_orders;
      if (section.has("personal_data") && closed_orders < personal_data)
        section.problem("closed_orders",
                        "must not be shorter than personal_data: an order leaves with all it has");
    }
    section.finish();
  }
  {
    TomlSection section = root.table("admission");
    section.read("waiting_orders_max", out.admission.waiting_orders_max, 1,
                 limits::waiting_orders_max);
    section.finish();
  }
  Seen hashes;
  {
    TomlSection section = root.table("operators");
    out.operators.key_hashes = read_key_hashes(section, hashes, problems);
    section.finish();
  }
  for (const auto key : {"shops", "relays"}) root.require(key);
  read_shops(root, hashes, out, problems);
  read_relays(root, SystemRole::first_system, out, problems);
  read_mail(root.table("mail"), out.mail);
  read_webhooks(root.table("webhooks"), out.webhooks);
  read_cluster(root.table("cluster"), SystemRole::first_system, out.cluster, problems);
}

void read_node_system(TomlSection& root, Configuration& out, TomlProblems& problems) {
  for (const auto key : {"cluster", "relays"}) root.require(key);
  read_cluster(root.table("cluster"), SystemRole::node, out.cluster, problems);
  read_node(root.table("node"), out.cluster, out.node, problems);
  read_relays(root, SystemRole::node, out, problems);
}

Configuration read_all(const toml::table& document, SystemRole role, TomlProblems& problems) {
  Configuration out;
  TomlSection root(&document, "", 0, problems);
  if (role == SystemRole::first_system)
    read_first_system(root, out, problems);
  else
    read_node_system(root, out, problems);
  read_log(root.table("log"), out.log);
  root.finish();
  return out;
}

}  // namespace

Result<Configuration> parse_configuration(std::string_view toml, const std::string& name,
                                          SystemRole role) {
  TomlProblems problems(name);
  try {
    const toml::table document = toml::parse(toml);
    Configuration configuration = read_all(document, role, problems);
    if (problems.empty()) return configuration;
  } catch (const toml::parse_error& error) {
    // The library's only way to say it; what it says of the text is kept.
    problems.add(error.source().begin.line, "", std::string(error.description()));
  }
  return Error{problems.to_text()};
}

Result<Configuration> load_configuration(const std::filesystem::path& file, SystemRole role) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  if (!in || !(text << in.rdbuf())) return Error{file.string() + ": cannot be read"};
  return parse_configuration(text.str(), file.string(), role);
}

}  // namespace spillway::actors
