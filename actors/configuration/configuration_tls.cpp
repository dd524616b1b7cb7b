// TLS of [[relays]] and [server.tls]: which files, and when a line may go without.
#include <array>

#include "actors/configuration/configuration_sections.hpp"

namespace spillway::actors {

namespace {

// What somebody has to write who lets a line leave this machine in the clear.
constexpr std::string_view plain_http_sentence =
    "I accept that card numbers cross the network in the clear";

constexpr std::size_t host_name_max = 253;  // RFC 1035 2.3.4, without the last dot

// What the files are called in a section.
struct FileKeys {
  const char* certificate;
  const char* key;
  const char* ca;
};

void tell(FileKeys keys, const TlsFlaw& flaw, TomlSection& section) {
  const std::array places{keys.certificate, keys.key, keys.ca};
  section.problem(places[static_cast<std::size_t>(flaw.file)], flaw.message);
}

void check_both(FileKeys keys, const TlsFiles& files, TomlSection& section) {
  if (files.certificate.empty() && !files.key.empty()) section.require(keys.certificate);
  if (files.key.empty() && !files.certificate.empty()) section.require(keys.key);
}

// Without TLS: nothing that speaks of it, and the sentence where the line leaves this machine.
void check_plain(TomlSection& section, const RelaySettings& relay, const std::string& plain) {
  for (const auto key : {"tls_ca", "tls_name", "tls_certificate", "tls_key"}) {
    if (section.has(key)) section.problem(key, R"(has a meaning only with tls = "required")");
  }
  if (is_loopback(relay.address.host) || plain == plain_http_sentence) return;
  const std::string wanted = "plain = \"" + std::string(plain_http_sentence) + "\"";
  if (section.has("plain")) {
    section.problem("plain", "must be, word for word, " + wanted);
  } else {
    section.problem("tls", "must be \"required\": " + relay.address.host +
                               " is not this machine. To go without it, write " + wanted);
  }
}

}  // namespace

void read_relay_tls(TomlSection& section, RelaySettings& relay) {
  constexpr FileKeys keys{"tls_certificate", "tls_key", "tls_ca"};
  std::string tls = is_loopback(relay.address.host) ? "off" : "required";
  std::string plain;
  RelayTlsSettings settings;
  settings.name = relay.address.host;
  section.read("tls", tls, 1, configured_name_max);
  section.read("tls_ca", settings.files.ca);
  section.read("tls_name", settings.name, 1, host_name_max);
  section.read("tls_certificate", settings.files.certificate);
  section.read("tls_key", settings.files.key);
  section.read("plain", plain, 1, 2 * plain_http_sentence.size());
  if (tls == "off") return check_plain(section, relay, plain);
  if (tls != "required") return section.problem("tls", R"(must be "required" or "off")");
  if (section.has("plain")) section.problem("plain", R"(has a meaning only with tls = "off")");
  check_both(keys, settings.files, section);
  if (settings.files.certificate.empty() == settings.files.key.empty()) {
    if (const auto loaded = load_tls_client(settings.files); !loaded)
      tell(keys, loaded.error(), section);
  }
  relay.tls = std::move(settings);
}

void read_server_tls(TomlSection section, ServerSettings& out) {
  constexpr FileKeys keys{"certificate", "key", ""};
  TlsFiles files;
  section.read("certificate", files.certificate);
  section.read("key", files.key);
  for (const auto key : {"certificate", "key"}) section.require(key);
  if (!files.certificate.empty() && !files.key.empty()) {
    if (const auto loaded = load_tls_http_server(files); !loaded)
      tell(keys, loaded.error(), section);
  }
  section.finish();
  out.tls = std::move(files);
}

}  // namespace spillway::actors
