// What `spillway certs` makes, read with OpenSSL's own functions.
#include "net/tls/cluster_certificates.hpp"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/tls/limits.hpp"
#include "net/tls/openssl_parts.hpp"

namespace spillway::net {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;
using openssl::CertificatePointer;

const Timestamp now{1'800'000'000s};  // 2027-01-15

CertificatePointer read(const std::string& pem) {
  auto certificate = openssl::read_certificate(openssl::reader_of(pem).get());
  SPILLWAY_CHECK(certificate != nullptr, "no certificate was made");
  return certificate;
}

std::string name_in(const X509_NAME* name) {
  char text[200] = {};
  X509_NAME_get_text_by_NID(name, NID_commonName, text, sizeof text);
  return text;
}

std::string serial_of(const std::string& pem) {
  const CertificatePointer certificate = read(pem);
  const ASN1_INTEGER* serial = X509_get0_serialNumber(certificate.get());
  EXPECT_LE(serial->length, 16);
  return {reinterpret_cast<const char*>(serial->data), static_cast<std::size_t>(serial->length)};
}

TEST(ClusterCertificates, OfTheCaSignSystemsAndNothingElse) {
  const CertifiedKey made = make_cluster_ca(now);
  const CertificatePointer ca = read(made.certificate);
  EXPECT_EQ(X509_check_ca(ca.get()), 1);
  EXPECT_EQ(X509_get_pathlen(ca.get()), 0);
  EXPECT_EQ(X509_get_key_usage(ca.get()),
            static_cast<std::uint32_t>(KU_KEY_CERT_SIGN | KU_CRL_SIGN));
  EXPECT_EQ(openssl::end_of(ca.get()), now + limits::cluster_ca_life);
  EXPECT_THAT(name_in(X509_get_subject_name(ca.get())), HasSubstr("Spillway cluster CA "));
  EXPECT_NE(name_in(X509_get_subject_name(ca.get())),
            name_in(X509_get_subject_name(read(make_cluster_ca(now).certificate).get())));
  EXPECT_EQ(X509_self_signed(ca.get(), 1), 1);
}

TEST(ClusterCertificates, OfASystemHoldItsNameForBothSidesOfTls) {
  const CertifiedKey ca = make_cluster_ca(now);
  const auto made = certify_name("tokyo-2", ca.certificate, ca.key, now);
  ASSERT_TRUE(made) << made.error().message;
  const CertificatePointer own = read(made->certificate);
  EXPECT_EQ(name_in(X509_get_subject_name(own.get())), "tokyo-2");
  EXPECT_EQ(X509_check_host(own.get(), "tokyo-2", 0, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT, nullptr),
            1);
  EXPECT_EQ(X509_check_ca(own.get()), 0);
  EXPECT_EQ(X509_get_extended_key_usage(own.get()),
            static_cast<std::uint32_t>(XKU_SSL_SERVER | XKU_SSL_CLIENT));
  EXPECT_EQ(X509_check_purpose(own.get(), X509_PURPOSE_SSL_SERVER, 0), 1);
  EXPECT_EQ(X509_check_purpose(own.get(), X509_PURPOSE_SSL_CLIENT, 0), 1);
  EXPECT_EQ(openssl::end_of(own.get()), now + limits::cluster_certificate_life);
  EXPECT_EQ(X509_verify(own.get(), X509_get0_pubkey(read(ca.certificate).get())), 1);
  const auto key = openssl::read_key(made->key);
  ASSERT_NE(key, nullptr);
  EXPECT_EQ(X509_check_private_key(own.get(), key.get()), 1);
  char group[32] = {};
  EVP_PKEY_get_group_name(key.get(), group, sizeof group, nullptr);
  EXPECT_STREQ(group, "prime256v1");
}

TEST(ClusterCertificates, BeginBeforeTheyAreMadeForClocksThatAreADayOff) {
  const CertifiedKey ca = make_cluster_ca(now);
  const auto made = certify_name("a", ca.certificate, ca.key, now);
  ASSERT_TRUE(made);
  for (const std::string& pem : {ca.certificate, made->certificate}) {
    std::time_t day_before =
        std::chrono::system_clock::to_time_t(now - limits::cluster_certificate_backdated + 1s);
    EXPECT_LT(X509_cmp_time(X509_get0_notBefore(read(pem).get()), &day_before), 0);
  }
}

TEST(ClusterCertificates, EndWithTheirCaAtTheLatest) {
  const CertifiedKey ca = make_cluster_ca(now);
  const Timestamp late = now + limits::cluster_ca_life - 24h;
  const auto made = certify_name("a", ca.certificate, ca.key, late);
  ASSERT_TRUE(made);
  EXPECT_EQ(openssl::end_of(read(made->certificate).get()), late + 24h);
  const auto after = certify_name("a", ca.certificate, ca.key, late + 24h);
  ASSERT_FALSE(after);
  EXPECT_THAT(after.error().message, HasSubstr("is over"));
}

TEST(ClusterCertificates, HaveSerialNumbersOfChance) {
  const CertifiedKey ca = make_cluster_ca(now);
  std::set<std::string> serials{serial_of(ca.certificate)};
  for (int i = 0; i < 20; ++i)
    serials.insert(serial_of(certify_name("a", ca.certificate, ca.key, now)->certificate));
  EXPECT_EQ(serials.size(), 21U);
  for (const std::string& serial : serials) EXPECT_GE(serial.size(), 12U);
}

TEST(ClusterCertificates, AreNotMadeFromWhatIsNoGood) {
  const CertifiedKey ca = make_cluster_ca(now);
  const CertifiedKey other = make_cluster_ca(now);
  const auto system = certify_name("a", ca.certificate, ca.key, now);
  ASSERT_TRUE(system);
  struct Case {
    std::string_view name, certificate, key;
    const char* reason;
  };
  for (const Case& each : {Case{"Tokyo", ca.certificate, ca.key, "a name is 1 to 32 of a-z"},
                           Case{"a,DNS:b", ca.certificate, ca.key, "a name is 1 to 32 of a-z"},
                           Case{"a", "text", ca.key, "the CA's certificate cannot be read"},
                           Case{"a", ca.certificate, "text", "the CA's key cannot be read"},
                           Case{"a", ca.certificate, other.key, "is not the key of its"},
                           Case{"a", system->certificate, system->key, "is not one of a CA"}}) {
    const auto made = certify_name(each.name, each.certificate, each.key, now);
    ASSERT_FALSE(made) << each.reason;
    EXPECT_THAT(made.error().message, HasSubstr(each.reason));
  }
}

}  // namespace
}  // namespace spillway::net
