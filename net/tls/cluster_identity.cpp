#include "net/tls/cluster_identity.hpp"

#include <cerrno>
#include <chrono>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/account/node_name.hpp"
#include "engine/base/byte_view.hpp"
#include "engine/base/clock.hpp"
#include "engine/card/card.hpp"
#include "net/tls/limits.hpp"
#include "net/tls/openssl_parts.hpp"

namespace spillway::net {
namespace {

using namespace openssl;

constexpr std::string_view signed_before = "spillway cluster identity, version 1\n";

struct Wiped {
  std::string text;
  ~Wiped() { wipe(text.data(), text.size()); }
};

enum class Secrecy : std::uint8_t { open, secret };

// A secret file is of mode 0600 or stricter.
Result<void> read_file(const std::filesystem::path& path, Secrecy secrecy, std::string& out) {
  const auto failed = [&](const std::string& why) {
    return Error{"the file " + path.string() + " " + why};
  };
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return failed("cannot be opened: " + std::string(std::strerror(errno)));
  struct stat status {};
  const bool looked = ::fstat(file, &status) == 0;
  out.resize(limits::tls_file_max + 1);
  const ssize_t size = ::read(file, out.data(), out.size());
  ::close(file);
  if (!looked || size < 0) return failed("cannot be read");
  if (static_cast<std::size_t>(size) > limits::tls_file_max)
    return failed("is larger than certificates and keys are");
  out.resize(static_cast<std::size_t>(size));
  if (secrecy == Secrecy::secret && (status.st_mode & 077U) != 0)
    return failed("may be read by others; it must have mode 0600");
  return {};
}

// The system that the certificate is made out to: its one common name, if that is a node name.
Result<std::string> name_in(const X509* certificate) {
  X509_NAME* subject = X509_get_subject_name(certificate);
  const int place = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  const bool one = place >= 0 && X509_NAME_get_index_by_NID(subject, NID_commonName, place) < 0;
  if (!one) return Error{"does not have one common name"};
  const ASN1_STRING* text = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, place));
  const std::string name(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                         static_cast<std::size_t>(ASN1_STRING_length(text)));
  if (!is_node_name(name))
    return Error{"is made out to what is no node name (" + std::string(node_name_rule) + ")"};
  return name;
}

// Whose certificate it is, when a CA of the store has signed it itself and it is valid then.
Result<std::string> check(X509_STORE* trusted, X509* certificate, Timestamp now) {
  if (X509_check_ca(certificate) != 0) return Error{"is one of a CA and not of a system"};
  const std::unique_ptr<X509_STORE_CTX, Free> context(X509_STORE_CTX_new());
  SPILLWAY_CHECK(context && X509_STORE_CTX_init(context.get(), trusted, certificate, nullptr) == 1,
                 "OpenSSL has no memory");
  X509_STORE_CTX_set_time(context.get(), 0, std::chrono::system_clock::to_time_t(now));
  // Files name the CAs that are trusted, and no root has to stand behind them, as in TlsContext.
  X509_STORE_CTX_set_flags(context.get(), X509_V_FLAG_PARTIAL_CHAIN);
  if (X509_verify_cert(context.get()) != 1) {
    const int why = X509_STORE_CTX_get_error(context.get());
    ERR_clear_error();
    if (why == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY)
      return Error{"does not come from the cluster's CA"};
    return Error{std::string("is not valid: ") + X509_verify_cert_error_string(why)};
  }
  return name_in(certificate);
}

std::string text_to_sign(std::string_view what) {
  return std::string(signed_before).append(what);
}

Result<StorePointer> read_trusted(std::string_view pem) {
  StorePointer store(X509_STORE_new());
  SPILLWAY_CHECK(store != nullptr, "OpenSSL has no memory");
  const BioPointer reader = reader_of(pem);
  ERR_clear_error();
  int count = 0;
  while (const CertificatePointer ca = read_certificate(reader.get())) {
    if (X509_check_ca(ca.get()) != 1) return Error{"holds a certificate that is not of a CA"};
    SPILLWAY_CHECK(X509_STORE_add_cert(store.get(), ca.get()) == 1, "OpenSSL has no memory");
    ++count;
  }
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  if (count == 0 || !at_end) return Error{"holds no certificate that can be read (PEM)"};
  return store;
}

}  // namespace

struct ClusterIdentity::State {
  std::string name;
  std::string certificate_pem;
  KeyPointer key;
  StorePointer trusted;
};

Result<ClusterIdentity> ClusterIdentity::open(const std::filesystem::path& certificate_file,
                                              const std::filesystem::path& key_file,
                                              const std::filesystem::path& ca_file) {
  const auto failed = [](const std::filesystem::path& file, const std::string& why) {
    return Error{"the file " + file.string() + " " + why};
  };
  std::string certificate_text;
  std::string ca_text;
  Wiped key_text;
  if (auto read = read_file(certificate_file, Secrecy::open, certificate_text); !read)
    return read.error();
  if (auto read = read_file(key_file, Secrecy::secret, key_text.text); !read) return read.error();
  if (auto read = read_file(ca_file, Secrecy::open, ca_text); !read) return read.error();

  auto state = std::make_shared<State>();
  auto trusted = read_trusted(ca_text);
  if (!trusted) return failed(ca_file, trusted.error().message);
  state->trusted = std::move(*trusted);
  const CertificatePointer certificate = read_certificate(reader_of(certificate_text).get());
  ERR_clear_error();
  if (certificate == nullptr)
    return failed(certificate_file, "holds no certificate that can be read (PEM)");
  auto name = check(state->trusted.get(), certificate.get(), civil_now());
  if (!name) return failed(certificate_file, name.error().message);
  state->name = std::move(*name);
  state->key = read_key(key_text.text);
  ERR_clear_error();
  if (state->key == nullptr)
    return failed(key_file, "holds no private key without a passphrase (PEM, BEGIN PRIVATE KEY)");
  if (X509_check_private_key(certificate.get(), state->key.get()) != 1) {
    ERR_clear_error();
    return failed(key_file, "is not the key of the certificate " + certificate_file.string());
  }
  if (EVP_PKEY_can_sign(state->key.get()) != 1 ||
      EVP_PKEY_get_size(state->key.get()) > static_cast<int>(limits::cluster_signature_max))
    return failed(key_file, "holds a key of a kind that proves no name; take ECDSA (P-256)");
  state->certificate_pem = pem_of(certificate.get());
  if (state->certificate_pem.size() > limits::cluster_certificate_max)
    return failed(certificate_file, "holds a certificate larger than systems take");
  return ClusterIdentity(std::move(state));
}

const std::string& ClusterIdentity::name() const {
  return state_->name;
}

const std::string& ClusterIdentity::certificate_pem() const {
  return state_->certificate_pem;
}

std::string ClusterIdentity::sign(std::string_view what) const {
  const std::string text = text_to_sign(what);
  const DigestPointer context(EVP_MD_CTX_new());
  std::string signature(static_cast<std::size_t>(EVP_PKEY_get_size(state_->key.get())), '\0');
  std::size_t size = signature.size();
  // No digest named: the key's own (SHA-256 for ECDSA and RSA, none beside Ed25519).
  const bool done =
      context != nullptr &&
      EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, state_->key.get()) == 1 &&
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                     bytes_of(text), text.size()) == 1;
  SPILLWAY_CHECK(done, "OpenSSL could not sign: " + reason());
  signature.resize(size);
  return signature;
}

Result<std::string> ClusterIdentity::verify(std::string_view certificate_pem, std::string_view what,
                                            std::string_view signature, Timestamp now) const {
  if (certificate_pem.size() > limits::cluster_certificate_max)
    return Error{"the peer's certificate is larger than a system's may be"};
  if (signature.empty() || signature.size() > limits::cluster_signature_max)
    return Error{"the peer's signature has no length that signatures have"};
  const CertificatePointer certificate = read_certificate(reader_of(certificate_pem).get());
  ERR_clear_error();
  if (certificate == nullptr) return Error{"the peer's certificate cannot be read"};
  auto name = check(state_->trusted.get(), certificate.get(), now);
  if (!name) return Error{"the peer's certificate " + name.error().message};
  const std::string text = text_to_sign(what);
  const DigestPointer context(EVP_MD_CTX_new());
  SPILLWAY_CHECK(context != nullptr, "OpenSSL has no memory");
  const bool good = EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr,
                                         X509_get0_pubkey(certificate.get())) == 1 &&
                    EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(),
                                     bytes_of(text), text.size()) == 1;
  ERR_clear_error();
  if (!good) return Error{"the peer shows the certificate of " + *name + " and not its key"};
  return name;
}

}  // namespace spillway::net
