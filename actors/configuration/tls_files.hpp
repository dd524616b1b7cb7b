// Certificates, keys and CAs from files, as TLS wants them.
//
// Threads: everything from any.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "engine/base/result.hpp"
#include "net/tls/limits.hpp"
#include "net/tls/tls_context.hpp"

namespace spillway::actors {

// Certificate and key are both given or both empty. The key file is closed to others (0600).
struct TlsFiles {
  std::filesystem::path certificate;  // PEM: the own one, then those that lead to its CA
  std::filesystem::path key;
  std::filesystem::path ca;  // PEM: whose peers are let in
};

enum class TlsFile : std::uint8_t { certificate, key, ca };

// Which file is no good, and why, naming it.
struct TlsFlaw {
  TlsFile file{};
  std::string message;
};

// For everybody to read, up to limits::tls_file_max bytes. The error names the file.
Result<std::string> read_open_file(const std::filesystem::path& path);

using TlsLoaded = Result<std::shared_ptr<const net::TlsContext>, TlsFlaw>;

// A client without `ca` trusts the CAs of the operating system.
TlsLoaded load_tls_client(const TlsFiles& files);

// For HTTP.
TlsLoaded load_tls_http_server(const TlsFiles& files);

// For lines; with `ca`, clients have to show a certificate.
TlsLoaded load_tls_line_server(const TlsFiles& files);

}  // namespace spillway::actors
