// What all that speaks to OpenSSL's library shares: owners of its objects, and reading PEM.
//
// Threads: everything from any.
#pragma once

#include <ctime>
#include <memory>
#include <string>
#include <string_view>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "engine/base/invariants.hpp"
#include "engine/base/time.hpp"

namespace spillway::net::openssl {

struct Free {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(BIGNUM* number) const { BN_free(number); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(X509_EXTENSION* extension) const { X509_EXTENSION_free(extension); }
  void operator()(X509_STORE* store) const { X509_STORE_free(store); }
  void operator()(X509_STORE_CTX* context) const { X509_STORE_CTX_free(context); }
};
using BioPointer = std::unique_ptr<BIO, Free>;
using CertificatePointer = std::unique_ptr<X509, Free>;
using DigestPointer = std::unique_ptr<EVP_MD_CTX, Free>;
using KeyPointer = std::unique_ptr<EVP_PKEY, Free>;
using StorePointer = std::unique_ptr<X509_STORE, Free>;

inline BioPointer reader_of(std::string_view text) {
  BioPointer reader(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  SPILLWAY_CHECK(reader != nullptr, "OpenSSL has no memory");
  return reader;
}

// OpenSSL would ask the terminal for a passphrase.
inline int no_passphrase(char*, int, int, void*) {
  return -1;
}

// Why the last call failed.
inline std::string reason() {
  const char* text = ERR_reason_error_string(ERR_peek_last_error());
  return text != nullptr ? text : "unknown reason";
}

// The next one of the text, or null.
inline CertificatePointer read_certificate(BIO* from) {
  return CertificatePointer(PEM_read_bio_X509(from, nullptr, no_passphrase, nullptr));
}

// Null for a text without a key, and for a key under a passphrase.
inline KeyPointer read_key(std::string_view pem) {
  const BioPointer reader = reader_of(pem);
  return KeyPointer(PEM_read_bio_PrivateKey(reader.get(), nullptr, no_passphrase, nullptr));
}

// What `write` writes into a BIO; the BIO's own memory is wiped, as it may have held a key.
template <class Write>
std::string written_by(Write write) {
  const BioPointer memory(BIO_new(BIO_s_secmem()));
  SPILLWAY_CHECK(memory != nullptr && write(memory.get()) == 1,
                 "OpenSSL could not write a certificate or a key: " + reason());
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &bytes);
  return {bytes, static_cast<std::size_t>(size)};
}

inline std::string pem_of(X509* certificate) {
  return written_by([&](BIO* to) { return PEM_write_bio_X509(to, certificate); });
}

// When the certificate ends to be valid.
inline Timestamp end_of(const X509* certificate) {
  std::tm end{};
  ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &end);
  return Timestamp(std::chrono::seconds(timegm(&end)));
}

}  // namespace spillway::net::openssl
