// [cluster] and [node]: by which certificate the systems of a cluster know each other, and where
// they meet.
#include "actors/configuration/configuration_sections.hpp"
#include "engine/account/limits.hpp"
#include "engine/account/node_name.hpp"
#include "net/tls/cluster_identity.hpp"

namespace spillway::actors {

namespace {

// What somebody has to write who does without certificates, on one machine.
constexpr std::string_view plain_sentence = "I accept that orders cross this network unprotected";

std::string plain_wanted() {
  return "plain = \"" + std::string(plain_sentence) + "\"";
}

void read_certificate(TomlSection& section, ClusterSettings& out) {
  TlsFiles files;
  section.read("certificate", files.certificate);
  section.read("key", files.key);
  section.read("ca", files.ca);
  if (!section.has("certificate") && !section.has("key") && !section.has("ca")) return;
  out.tls = files;
  for (const auto key : {"certificate", "key", "ca"}) section.require(key);
  if (files.certificate.empty() || files.key.empty() || files.ca.empty()) return;
  const auto identity = net::ClusterIdentity::open(files.certificate, files.key, files.ca);
  if (identity)
    out.name = identity->name();
  else
    section.problem("certificate", identity.error().message);
}

void read_plain(TomlSection& section, ClusterSettings& out) {
  std::string plain;
  section.read("plain", plain, 1, 2 * plain_sentence.size());
  if (!section.has("plain")) return;
  out.plain = true;
  if (plain != plain_sentence) {
    section.problem("plain", "must be, word for word, " + plain_wanted());
  } else if (section.has("certificate")) {
    section.problem("plain", "has a meaning only without certificate");
  }
}

void read_names(TomlSection& section, ClusterSettings& out, TomlProblems& problems) {
  Seen names;
  for (const TomlText& text : section.texts("nodes")) {
    if (!is_node_name(text.text)) {
      problems.add(text.line, text.key, "must be " + std::string(node_name_rule));
    } else if (is_new(names, text.text, text.key, text.line, problems)) {
      out.nodes.push_back(text.text);
    }
  }
  if (section.has("nodes") && section.has("plain"))
    section.problem("nodes",
                    "has a meaning only with certificate: without one nobody proves a name");
}

}  // namespace

std::optional<std::string> exposure(const ClusterSettings& cluster, const Address& address) {
  if (cluster.tls) return std::nullopt;
  if (!cluster.plain)
    return "needs certificate, key and ca in [cluster]. To go without them between processes of "
           "one "
           "machine, write there " +
           plain_wanted();
  if (is_loopback(address.host)) return std::nullopt;
  return "must be an address of this machine, like 127.0.0.1, as orders cross it unprotected; " +
         address.host + " is not";
}

std::optional<std::string> name_flaw(const ClusterSettings& cluster, const std::string& name) {
  if (!is_node_name(name)) return "must be " + std::string(node_name_rule);
  if (cluster.name.empty() || cluster.name == name) return std::nullopt;
  return "is not the name in the certificate, which is " + cluster.name;
}

void read_cluster(TomlSection section, SystemRole role, ClusterSettings& out,
                  TomlProblems& problems) {
  read_certificate(section, out);
  read_plain(section, out);
  if (role == SystemRole::first_system) {
    read_names(section, out, problems);
    if (section.has("listen")) {
      read_address(section, "listen", out.listen.emplace(), true);
      if (const auto flaw = exposure(out, *out.listen)) section.problem("listen", *flaw);
    }
  } else if (!section.has("plain")) {
    section.require("certificate");
  }
  section.finish();
}

void read_node(TomlSection section, const ClusterSettings& cluster, NodeSettings& out,
               TomlProblems& problems) {
  section.read("name", out.name, 1, limits::node_name_max);
  if (!out.name.empty()) {
    if (const auto flaw = name_flaw(cluster, out.name)) section.problem("name", *flaw);
  }
  Seen addresses;
  for (const TomlText& text : section.texts("join")) {
    const auto address = address_from(text.text);
    if (!address || address->port == 0) {
      problems.add(text.line, text.key, R"(must be a host and port, like "first.example:7410")");
    } else if (const auto flaw = exposure(cluster, *address)) {
      problems.add(text.line, text.key, *flaw);
    } else if (is_new(addresses, text.text, text.key, text.line, problems)) {
      out.join.push_back(*address);
    }
  }
  section.finish();
}

}  // namespace spillway::actors
