#include "net/tls/tls_context.hpp"

#include <openssl/ssl.h>

#include "engine/base/invariants.hpp"
#include "net/tls/openssl_parts.hpp"
#include "net/tls/tls_groups.hpp"

namespace spillway::net {
namespace {

using namespace openssl;

// The certificates of the text in their order, handed to `take` one by one; an error when there is
// none, or one that cannot be read.
template <class Take>
Result<void> each_certificate(std::string_view pem, Take take) {
  ERR_clear_error();
  const BioPointer reader = reader_of(pem);
  std::size_t count = 0;
  while (const CertificatePointer certificate = read_certificate(reader.get())) {
    if (!take(certificate.get(), count++))
      return Error{"holds a certificate that cannot be used: " + reason()};
  }
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  if (!at_end) return Error{"holds a certificate that cannot be read: " + reason()};
  ERR_clear_error();
  if (count == 0) return Error{"holds no certificate (PEM, BEGIN CERTIFICATE)"};
  return {};
}

// RFC 7301 3.2: a client that names protocols, but none of ours, is refused.
int choose_http(SSL*, const unsigned char** out, unsigned char* out_size,
                const unsigned char* offered, unsigned offered_size, void*) {
  static constexpr unsigned char http[] = "\x08http/1.1";
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, out_size, http, sizeof http - 1, offered, offered_size) !=
      OPENSSL_NPN_NEGOTIATED)
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

}  // namespace

void TlsContext::Free::operator()(ssl_ctx_st* context) const {
  SSL_CTX_free(context);
}

TlsContext::TlsContext(Side side)
    : context_(SSL_CTX_new(side == Side::server ? TLS_server_method() : TLS_client_method())),
      side_(side) {
  SSL_CTX* context = context_.get();
  SPILLWAY_CHECK(context != nullptr, "OpenSSL could not be set up");
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  // Requests carry card numbers: OpenSSL shall not leave them in its freed buffers.
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                   SSL_OP_CLEANSE_PLAINTEXT | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                   SSL_OP_PRIORITIZE_CHACHA);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);  // an idle connection takes 34 KiB less
  SPILLWAY_CHECK(
      SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1,  // of TLS 1.2
      "OpenSSL knows none of the ciphers");
  SPILLWAY_CHECK(SSL_CTX_set1_groups_list(context, tls_groups) == 1,
                 "OpenSSL knows none of the groups");
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);  // tickets need none
  if (side == Side::client) {
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  } else {
    SSL_CTX_set_num_tickets(context, 1);
    constexpr unsigned char name[] = "spillway";  // a ticket is good only where it was given
    SSL_CTX_set_session_id_context(context, name, sizeof name - 1);
  }
}

Result<void> TlsContext::use_certificate(std::string_view pem) {
  SSL_CTX_clear_chain_certs(context_.get());
  return each_certificate(pem, [this](X509* certificate, std::size_t place) {
    if (place == 0) return SSL_CTX_use_certificate(context_.get(), certificate) == 1;
    return SSL_CTX_add1_chain_cert(context_.get(), certificate) == 1;
  });
}

Result<void> TlsContext::use_key(std::string_view pem) {
  SPILLWAY_CHECK(SSL_CTX_get0_certificate(context_.get()) != nullptr,
                 "a TLS key came before its certificate");
  ERR_clear_error();
  const KeyPointer key = read_key(pem);
  if (key == nullptr) {
    const bool locked = pem.find("ENCRYPTED") != std::string_view::npos;
    ERR_clear_error();
    return Error{locked ? "is protected by a passphrase, which nobody is there to give"
                        : "holds no private key (PEM, BEGIN PRIVATE KEY)"};
  }
  if (X509_check_private_key(SSL_CTX_get0_certificate(context_.get()), key.get()) != 1) {
    ERR_clear_error();
    return Error{"is not the key of the certificate"};
  }
  if (SSL_CTX_use_PrivateKey(context_.get(), key.get()) != 1)
    return Error{"holds a key that cannot be used: " + reason()};
  return {};
}

Result<void> TlsContext::trust(std::string_view pem) {
  X509_STORE* store = SSL_CTX_get_cert_store(context_.get());
  if (auto read = each_certificate(pem,
                                   [&](X509* certificate, std::size_t) {
                                     return X509_STORE_add_cert(store, certificate) == 1 &&
                                            (side_ == Side::client ||
                                             SSL_CTX_add_client_CA(context_.get(), certificate));
                                   });
      !read)
    return read;
  // What stands in the file is trusted, an intermediate CA too.
  X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context_.get()), X509_V_FLAG_PARTIAL_CHAIN);
  if (side_ == Side::server)
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  return {};
}

void TlsContext::trust_system() {
  SSL_CTX_set_default_verify_paths(context_.get());
}

void TlsContext::speak_http() {
  SSL_CTX_set_alpn_select_cb(context_.get(), choose_http, nullptr);
}

Timestamp TlsContext::certificate_ends() const {
  const X509* certificate = SSL_CTX_get0_certificate(context_.get());
  SPILLWAY_CHECK(certificate != nullptr, "a TLS context without a certificate was asked for it");
  return end_of(certificate);
}

}  // namespace spillway::net
