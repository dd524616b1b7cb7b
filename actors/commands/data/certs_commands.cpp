#include "actors/commands/data/certs_commands.hpp"

#include <chrono>
#include <ostream>

#include <CLI/CLI.hpp>

#include "actors/commands/asking/command_options.hpp"
#include "actors/commands/asking/exit_code.hpp"
#include "actors/configuration/tls_files.hpp"
#include "engine/account/node_name.hpp"
#include "engine/base/clock.hpp"
#include "engine/card/card.hpp"
#include "net/tls/cluster_certificates.hpp"
#include "net/tls/limits.hpp"
#include "storage/base/private_files.hpp"

namespace spillway::actors {

namespace {

namespace fs = std::filesystem;
using Action = CertsCommand::Action;

// Empty when the text is a name; otherwise what CLI11 prints.
std::string check_name(const std::string& text) {
  if (is_node_name(text)) return {};
  return "must be " + std::string(node_name_rule);
}

struct Pair {
  fs::path certificate;
  fs::path key;
};

Pair files_in(const fs::path& folder, const std::string& stem) {
  return {folder / (stem + ".pem"), folder / (stem + ".key")};
}

Result<void> refuse_to_overwrite(const Pair& files) {
  for (const fs::path& file : {files.certificate, files.key}) {
    std::error_code error;
    if (fs::exists(fs::symlink_status(file, error)))
      return Error{"the file " + file.string() +
                   " is there already and is not overwritten; give another folder with --out"};
  }
  return {};
}

// The key first: a certificate without its key would look as if all were well.
Result<void> write(const Pair& files, const net::CertifiedKey& made) {
  if (auto written = storage::write_private_file(files.key, made.key); !written) return written;
  return storage::write_private_file(files.certificate, made.certificate);
}

Result<net::CertifiedKey> certify(const CertsCommand& command) {
  const Pair files = files_in(command.ca, "ca");
  const auto certificate = read_open_file(files.certificate);
  if (!certificate) return certificate.error();
  auto key = storage::read_private_file(files.key, limits::tls_file_max);
  if (!key) return key.error();
  auto made = net::certify_name(command.name, *certificate, *key, civil_now());
  wipe(key->data(), key->size());
  if (!made) return Error{command.ca.string() + ": " + made.error().message};
  return made;
}

Result<Pair> carry_out(const CertsCommand& command) {
  const Pair files =
      files_in(command.out, command.action == Action::ca ? std::string("ca") : command.name);
  if (auto folder = storage::ensure_private_folder(command.out); !folder) return folder.error();
  if (auto there = refuse_to_overwrite(files); !there) return there.error();
  auto made = command.action == Action::ca
                  ? Result<net::CertifiedKey>(net::make_cluster_ca(civil_now()))
                  : certify(command);
  if (!made) return made.error();
  if (auto written = write(files, *made); !written) return written.error();
  return files;
}

}  // namespace

void add_certs_commands(CLI::App& app, CertsCommand& command) {
  CLI::App* certs = app.add_subcommand(
      "certs", "Make the certificates by which the systems of a cluster know each other.");
  certs->require_subcommand(1);
  CLI::App* ca = certs->add_subcommand(
      "ca",
      "Make a CA for one cluster, good for 10 years: ca.pem, which every system gets, and "
      "ca.key, which no system needs.");
  CLI::App* name = certs->add_subcommand(
      "name",
      "Make the certificate and key of a system, good for 825 days: NAME.pem and NAME.key.");
  name->add_option("NAME", command.name, "The system's, " + std::string(node_name_rule) + ".")
      ->required()
      ->check(check_name);
  add_folder(*name, "--ca", command.ca, "The folder with ca.pem and ca.key.")->required();
  for (CLI::App* action : {ca, name})
    add_folder(*action, "--out", command.out,
               "Where the files go: a folder of mode 0700, made if it is not there.")
        ->required();
  ca->callback([&command] { command.action = Action::ca; });
  name->callback([&command] { command.action = Action::name; });
}

int run(const CertsCommand& command, std::ostream& out, std::ostream& error) {
  const auto files = carry_out(command);
  if (!files) {
    error << "spillway: " << files.error().message << '\n';
    return exit_failed;
  }
  out << files->certificate.string() << '\n' << files->key.string() << '\n';
  if (command.action == Action::ca)
    out << "good: keep ca.key away from the systems; whoever has it can be any of them\n";
  return exit_well;
}

}  // namespace spillway::actors
