#include "net/tls/cluster_certificates.hpp"

#include <algorithm>
#include <array>

#include <openssl/rand.h>

#include "engine/account/node_name.hpp"
#include "engine/card/card.hpp"
#include "net/tls/limits.hpp"
#include "net/tls/openssl_parts.hpp"

namespace spillway::net {
namespace {

using namespace openssl;

constexpr std::size_t serial_size = 16;  // RFC 5280 4.1.2.2 allows 20

void must(bool done) {
  SPILLWAY_CHECK(done, "OpenSSL could not make a certificate: " + reason());
}

std::array<unsigned char, serial_size> random_bytes() {
  std::array<unsigned char, serial_size> bytes{};
  must(RAND_bytes(bytes.data(), bytes.size()) == 1);
  return bytes;
}

std::string random_digits() {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const unsigned char byte : random_bytes()) text += digits[byte % 16];
  return text;
}

void set_serial(X509* certificate) {
  const auto bytes = random_bytes();
  const std::unique_ptr<BIGNUM, Free> number(
      BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
  must(number != nullptr &&
       BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr);
}

void set_life(X509* certificate, Timestamp begin, Timestamp end) {
  const auto seconds = [](Timestamp time) {
    return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
  };
  must(ASN1_TIME_set(X509_getm_notBefore(certificate), seconds(begin)) != nullptr &&
       ASN1_TIME_set(X509_getm_notAfter(certificate), seconds(end)) != nullptr);
}

void extend(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, Free> extension(
      X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
  must(extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1);
}

// Everything but what sets a CA's certificate and a system's apart. Without an issuer it is its
// own.
CertificatePointer begin_certificate(std::string_view name, EVP_PKEY* key, X509* issuer) {
  CertificatePointer certificate(X509_new());
  must(certificate != nullptr);
  must(X509_set_version(certificate.get(), X509_VERSION_3) == 1);
  set_serial(certificate.get());
  X509_NAME* subject = X509_get_subject_name(certificate.get());
  must(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                                  reinterpret_cast<const unsigned char*>(name.data()),
                                  static_cast<int>(name.size()), -1, 0) == 1);
  must(X509_set_issuer_name(certificate.get(),
                            issuer != nullptr ? X509_get_subject_name(issuer) : subject) == 1);
  must(X509_set_pubkey(certificate.get(), key) == 1);
  return certificate;
}

CertifiedKey texts_of(X509* certificate, EVP_PKEY* key) {
  CertifiedKey out;
  out.certificate = pem_of(certificate);
  out.key = written_by([&](BIO* to) {
    return PEM_write_bio_PrivateKey(to, key, nullptr, nullptr, 0, nullptr, nullptr);
  });
  return out;
}

KeyPointer make_key() {
  KeyPointer key(EVP_EC_gen("P-256"));
  must(key != nullptr);
  return key;
}

}  // namespace

CertifiedKey::~CertifiedKey() {
  wipe(key.data(), key.size());
}

CertifiedKey make_cluster_ca(Timestamp now) {
  const KeyPointer key = make_key();
  const CertificatePointer ca =
      begin_certificate("Spillway cluster CA " + random_digits(), key.get(), nullptr);
  set_life(ca.get(), now - limits::cluster_certificate_backdated, now + limits::cluster_ca_life);
  extend(ca.get(), ca.get(), NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
  extend(ca.get(), ca.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
  extend(ca.get(), ca.get(), NID_subject_key_identifier, "hash");
  must(X509_sign(ca.get(), key.get(), EVP_sha256()) > 0);
  return texts_of(ca.get(), key.get());
}

Result<CertifiedKey> certify_name(std::string_view name, std::string_view ca_certificate,
                                  std::string_view ca_key, Timestamp now) {
  if (!is_node_name(name)) return Error{"a name is " + std::string(node_name_rule)};
  ERR_clear_error();
  const CertificatePointer ca = read_certificate(reader_of(ca_certificate).get());
  const KeyPointer signing = read_key(ca_key);
  ERR_clear_error();
  if (ca == nullptr) return Error{"the CA's certificate cannot be read (PEM, BEGIN CERTIFICATE)"};
  if (X509_check_ca(ca.get()) != 1) return Error{"the CA's certificate is not one of a CA"};
  if (signing == nullptr)
    return Error{"the CA's key cannot be read (PEM, BEGIN PRIVATE KEY, without a passphrase)"};
  if (X509_check_private_key(ca.get(), signing.get()) != 1) {
    ERR_clear_error();
    return Error{"the CA's key is not the key of its certificate"};
  }
  const Timestamp ca_end = end_of(ca.get());
  if (ca_end <= now) return Error{"the CA's certificate is over; make a new CA"};

  const KeyPointer key = make_key();
  const CertificatePointer own = begin_certificate(name, key.get(), ca.get());
  set_life(own.get(), now - limits::cluster_certificate_backdated,
           std::min<Timestamp>(now + limits::cluster_certificate_life, ca_end));
  extend(own.get(), ca.get(), NID_basic_constraints, "critical,CA:FALSE");
  extend(own.get(), ca.get(), NID_key_usage, "critical,digitalSignature");
  extend(own.get(), ca.get(), NID_ext_key_usage, "serverAuth,clientAuth");
  extend(own.get(), ca.get(), NID_subject_alt_name, "DNS:" + std::string(name));
  extend(own.get(), ca.get(), NID_subject_key_identifier, "hash");
  extend(own.get(), ca.get(), NID_authority_key_identifier, "keyid:always");
  must(X509_sign(own.get(), signing.get(), EVP_sha256()) > 0);
  return texts_of(own.get(), key.get());
}

}  // namespace spillway::net
