#include "actors/configuration/tls_files.hpp"

#include <fstream>
#include <optional>
#include <sstream>

#include "engine/card/card.hpp"
#include "net/tls/limits.hpp"
#include "storage/base/private_files.hpp"

namespace spillway::actors {

namespace {

using net::TlsContext;

std::optional<TlsFlaw> flaw(TlsFile file, const std::filesystem::path& path,
                            const Result<void>& used) {
  if (used) return std::nullopt;
  return TlsFlaw{file, "the file " + path.string() + " " + used.error().message};
}

std::optional<TlsFlaw> show_identity(const TlsFiles& files, TlsContext& context) {
  const auto certificate = read_open_file(files.certificate);
  if (!certificate) return TlsFlaw{TlsFile::certificate, certificate.error().message};
  if (auto wrong =
          flaw(TlsFile::certificate, files.certificate, context.use_certificate(*certificate)))
    return wrong;
  auto key = storage::read_private_file(files.key, limits::tls_file_max);
  if (!key) return TlsFlaw{TlsFile::key, key.error().message};
  auto wrong = flaw(TlsFile::key, files.key, context.use_key(*key));
  wipe(key->data(), key->size());
  return wrong;
}

std::optional<TlsFlaw> trust(const TlsFiles& files, TlsContext& context) {
  const auto ca = read_open_file(files.ca);
  if (!ca) return TlsFlaw{TlsFile::ca, ca.error().message};
  return flaw(TlsFile::ca, files.ca, context.trust(*ca));
}

Result<std::shared_ptr<TlsContext>, TlsFlaw> load(TlsContext::Side side, const TlsFiles& files) {
  auto context = std::make_shared<TlsContext>(side);
  if (!files.certificate.empty()) {
    if (auto wrong = show_identity(files, *context)) return *wrong;
  }
  if (!files.ca.empty()) {
    if (auto wrong = trust(files, *context)) return *wrong;
  }
  return context;
}

}  // namespace

Result<std::string> read_open_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(limits::tls_file_max + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad() || (file.fail() && !file.eof()))
    return Error{"the file " + path.string() + " cannot be read"};
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > limits::tls_file_max)
    return Error{"the file " + path.string() + " is larger than certificates are"};
  return text;
}

TlsLoaded load_tls_client(const TlsFiles& files) {
  auto loaded = load(TlsContext::Side::client, files);
  if (!loaded) return loaded.error();
  if (files.ca.empty()) (*loaded)->trust_system();
  return std::shared_ptr<const TlsContext>(std::move(*loaded));
}

TlsLoaded load_tls_http_server(const TlsFiles& files) {
  auto loaded = load(TlsContext::Side::server, files);
  if (!loaded) return loaded.error();
  (*loaded)->speak_http();
  return std::shared_ptr<const TlsContext>(std::move(*loaded));
}

TlsLoaded load_tls_line_server(const TlsFiles& files) {
  auto loaded = load(TlsContext::Side::server, files);
  if (!loaded) return loaded.error();
  return std::shared_ptr<const TlsContext>(std::move(*loaded));
}

}  // namespace spillway::actors
