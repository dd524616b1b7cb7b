// TLS of a first system: read at the start, and again when it is told to.
#include "actors/base/log.hpp"
#include "actors/configuration/tls_files.hpp"
#include "actors/start/first_system_parts.hpp"

namespace spillway::actors {

Result<std::shared_ptr<const net::TlsContext>> FirstSystem::Parts::server_tls() {
  if (!configuration.server.tls) {
    if (!is_loopback(configuration.server.listen.host)) {
      log(LogLevel::warning, "http_in_the_clear",
          {{"listen", to_text(configuration.server.listen)},
           {"advice", "card numbers come in here: give it a certificate, or a proxy with one"}});
    }
    return std::shared_ptr<const net::TlsContext>();
  }
  auto loaded = load_tls_http_server(*configuration.server.tls);
  if (!loaded) return Error{"server.tls: " + loaded.error().message};
  note_certificate(**loaded);
  return std::move(*loaded);
}

void FirstSystem::Parts::note_certificate(const net::TlsContext& context) {
  const Timestamp ends = context.certificate_ends();
  metrics.tls_certificate_ends.set(
      std::chrono::duration_cast<std::chrono::seconds>(ends.time_since_epoch()).count());
  if (ends <= civil_now()) log(LogLevel::warning, "certificate_expired", {{"of", "server.tls"}});
}

// What is no good stays as it was: a server with yesterday's certificate serves.
void FirstSystem::Parts::reload_tls() {
  const auto told = [](const std::string& of, const TlsLoaded& loaded) {
    if (loaded) {
      log(LogLevel::info, "tls_reloaded", {{"of", of}});
    } else {
      log(LogLevel::error, "tls_kept", {{"of", of}, {"reason", loaded.error().message}});
    }
    return loaded.has_value();
  };
  if (configuration.server.tls) {
    const auto loaded = load_tls_http_server(*configuration.server.tls);
    if (told("server.tls", loaded)) {
      server->renew_tls(*loaded);
      note_certificate(**loaded);
    }
  }
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const RelaySettings& relay = configuration.relays[i];
    if (!relay.tls) continue;
    const auto loaded = load_tls_client(relay.tls->files);
    if (told("relay " + relay.name, loaded)) lines[i].renew_tls(*loaded);
  }
}

}  // namespace spillway::actors
