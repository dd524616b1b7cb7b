// Certificates for tests, made on the spot: a CA, and what it signs.
#pragma once

#include <chrono>
#include <ctime>
#include <memory>
#include <string>

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "net/tls_session.hpp"

namespace spillway::net {

struct TlsIdentity {
  std::string certificate;  // PEM, both
  std::string key;
};

class TestCa {
 public:
  explicit TestCa(const std::string& name = "Test CA")
      : key_(EVP_EC_gen("P-256"), &EVP_PKEY_free),
        certificate_(make(name, key_.get(), nullptr, -day, day), &X509_free) {}

  static constexpr std::chrono::seconds day = std::chrono::hours(24);

  std::string certificate() const { return pem_of(certificate_.get()); }

  // Made out to a host name or an address in digits; valid from `begins` to `ends` from now.
  TlsIdentity issue(const std::string& name, std::chrono::seconds begins = -day,
                    std::chrono::seconds ends = day) const {
    const Key key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
    const Certificate certificate(make(name, key.get(), certificate_.get(), begins, ends),
                                  &X509_free);
    return {pem_of(certificate.get()), pem_of(key.get())};
  }

 private:
  using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
  using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

  static void extend(X509* certificate, int kind, const std::string& value) {
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str());
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
  }

  X509* make(const std::string& name, EVP_PKEY* key, X509* issuer, std::chrono::seconds begins,
             std::chrono::seconds ends) const {
    static long serial = 0;
    X509* certificate = X509_new();
    X509_set_version(certificate, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(certificate), begins.count());
    X509_gmtime_adj(X509_getm_notAfter(certificate), ends.count());
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    X509_set_issuer_name(certificate, X509_get_subject_name(issuer ? issuer : certificate));
    X509_set_pubkey(certificate, key);
    if (issuer == nullptr) {
      extend(certificate, NID_basic_constraints, "critical,CA:TRUE");
      extend(certificate, NID_key_usage, "critical,keyCertSign");
    } else {
      const bool digits = name.find_first_not_of("0123456789.") == std::string::npos;
      extend(certificate, NID_subject_alt_name, (digits ? "IP:" : "DNS:") + name);
    }
    X509_sign(certificate, key_.get(), EVP_sha256());
    return certificate;
  }

  template <class Write>
  static std::string text_of(Write write) {
    BIO* memory = BIO_new(BIO_s_mem());
    write(memory);
    char* bytes = nullptr;
    const auto size = static_cast<std::size_t>(BIO_get_mem_data(memory, &bytes));
    std::string text(bytes, size);
    BIO_free(memory);
    return text;
  }
  static std::string pem_of(X509* certificate) {
    return text_of([&](BIO* to) { PEM_write_bio_X509(to, certificate); });
  }
  static std::string pem_of(EVP_PKEY* key) {
    return text_of(
        [&](BIO* to) { PEM_write_bio_PrivateKey(to, key, nullptr, nullptr, 0, nullptr, nullptr); });
  }

  Key key_;
  Certificate certificate_;
};

// A context that shows `own`, when it is given, and trusts `trusted`, when it is given.
inline std::shared_ptr<TlsContext> tls_context(TlsContext::Side side, const TlsIdentity* own,
                                               const TestCa* trusted) {
  auto context = std::make_shared<TlsContext>(side);
  const auto must = [](const Result<void>& done) {
    SPILLWAY_CHECK(done.has_value(), done.error().message);
  };
  if (own != nullptr) must(context->use_certificate(own->certificate));
  if (own != nullptr) must(context->use_key(own->key));
  if (trusted != nullptr) must(context->trust(trusted->certificate()));
  return context;
}

inline std::shared_ptr<TlsContext> tls_server(const TlsIdentity& own,
                                              const TestCa* clients = nullptr) {
  return tls_context(TlsContext::Side::server, &own, clients);
}

// Who connects to `name` and trusts the CA.
inline TlsPeer tls_peer(const TestCa* trusted, const std::string& name = "127.0.0.1",
                        const TlsIdentity* own = nullptr) {
  return {tls_context(TlsContext::Side::client, own, trusted), name};
}

}  // namespace spillway::net
