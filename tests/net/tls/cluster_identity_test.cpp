// Names proved beside TLS: with certificates made here, by our own CA and by others.
#include "net/tls/cluster_identity.hpp"

#include <filesystem>
#include <fstream>
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/tls/cluster_certificates.hpp"
#include "tests/net/fixtures/tls_certificates.hpp"
#include "tests/storage/fixtures/scratch_folder.hpp"

namespace spillway::net {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

Timestamp now() {
  return std::chrono::floor<Duration>(std::chrono::system_clock::now());
}

class ClusterIdentityOf : public testing::Test {
 protected:
  std::filesystem::path write(const std::string& name, const std::string& text,
                              unsigned mode = 0600) const {
    const auto path = folder_.path() / name;
    std::ofstream(path, std::ios::binary) << text;
    std::filesystem::permissions(path, std::filesystem::perms(mode));
    return path;
  }
  Result<ClusterIdentity> opened(const std::string& certificate, const std::string& key,
                                 const std::string& ca) const {
    return ClusterIdentity::open(write("own.pem", certificate, 0644), write("own.key", key),
                                 write("ca.pem", ca, 0644));
  }
  ClusterIdentity identity(const std::string& name, const TestCa& ca) const {
    const TlsIdentity own = ca.issue(name);
    auto made = opened(own.certificate, own.key, ca.certificate());
    SPILLWAY_CHECK(made.has_value(), made.error().message);
    return *made;
  }

  const storage::ScratchFolder folder_;
  const TestCa ca_;
  const TestCa foreign_{"Test CA"};  // of the same name
};

TEST_F(ClusterIdentityOf, ASystemIsProvedToTheOthers) {
  const ClusterIdentity tokyo = identity("tokyo-2", ca_);
  const ClusterIdentity osaka = identity("osaka", ca_);
  EXPECT_EQ(tokyo.name(), "tokyo-2");
  const auto name = osaka.verify(tokyo.certificate_pem(), "what", tokyo.sign("what"), now());
  ASSERT_TRUE(name) << name.error().message;
  EXPECT_EQ(*name, "tokyo-2");
  const ClusterIdentity copy = tokyo;
  EXPECT_TRUE(osaka.verify(copy.certificate_pem(), "", copy.sign(""), now()));
}

TEST_F(ClusterIdentityOf, WhatIsMadeByTheCommandIsProved) {
  const CertifiedKey ca = make_cluster_ca(now());
  const auto own = certify_name("tokyo-2", ca.certificate, ca.key, now());
  ASSERT_TRUE(own) << own.error().message;
  const auto made = opened(own->certificate, own->key, ca.certificate);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->name(), "tokyo-2");
  EXPECT_TRUE(made->verify(made->certificate_pem(), "x", made->sign("x"), now()));
}

TEST_F(ClusterIdentityOf, SystemsOfAnOldAndANewCaKnowEachOtherWhileBothAreTrusted) {
  const TlsIdentity old_one = ca_.issue("old");
  const TestCa new_ca("New CA");
  const TlsIdentity new_one = new_ca.issue("new");
  const std::string both = ca_.certificate() + new_ca.certificate();
  const auto before = opened(old_one.certificate, old_one.key, both);
  const auto after = opened(new_one.certificate, new_one.key, both);
  ASSERT_TRUE(before && after);
  EXPECT_TRUE(before->verify(after->certificate_pem(), "x", after->sign("x"), now()));
  EXPECT_TRUE(after->verify(before->certificate_pem(), "x", before->sign("x"), now()));
}

TEST_F(ClusterIdentityOf, WhoProvesNothingIsRefusedWithTheReason) {
  const ClusterIdentity own = identity("osaka", ca_);
  const ClusterIdentity peer = identity("tokyo-2", ca_);
  const ClusterIdentity stranger = identity("tokyo-2", foreign_);
  const std::string good = peer.sign("what");
  std::string altered = good;
  altered.back() = static_cast<char>(altered.back() ^ 1);
  const auto issued = [&](const std::string& name) { return ca_.issue(name).certificate; };
  const auto cut = [&](std::size_t size) { return peer.certificate_pem().substr(0, size); };
  struct Case {
    std::string certificate;
    std::string signature;
    Duration from_now;
    std::string reason;
  };
  const Case cases[] = {
      {stranger.certificate_pem(), stranger.sign("what"), 0s, "certificate"},
      {peer.certificate_pem(), stranger.sign("what"), 0s, "of tokyo-2 and not its key"},
      {own.certificate_pem(), good, 0s, "of osaka and not its key"},
      {peer.certificate_pem(), peer.sign("What"), 0s, "not its key"},
      {peer.certificate_pem(), peer.sign(""), 0s, "not its key"},
      {peer.certificate_pem(), altered, 0s, "not its key"},
      {peer.certificate_pem(), good.substr(1), 0s, "not its key"},
      {peer.certificate_pem(), good + "x", 0s, "not its key"},
      {peer.certificate_pem(), "", 0s, "no length"},
      {peer.certificate_pem(), std::string(1'000'000, 'x'), 0s, "no length"},
      {peer.certificate_pem(), good, 48h, "certificate has expired"},
      {peer.certificate_pem(), good, -48h, "certificate is not yet valid"},
      {ca_.certificate(), good, 0s, "is one of a CA"},
      {issued("Tokyo"), good, 0s, "no node name"},
      {issued("tokyo.example"), good, 0s, "no node name"},
      {issued("tokyo\nevent=forged"), good, 0s, "no node name"},
      {"", good, 0s, "cannot be read"},
      {"garbage", good, 0s, "cannot be read"},
      {"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", good, 0s,
       "cannot be read"},
      {cut(100), good, 0s, "cannot be read"},
      {peer.certificate_pem() + std::string(1'000'000, '\n'), good, 0s, "is larger"},
      {std::string(1'000'000, 'A'), good, 0s, "is larger"},
  };
  for (const Case& each : cases) {
    const auto name = own.verify(each.certificate, "what", each.signature, now() + each.from_now);
    ASSERT_FALSE(name) << each.reason;
    EXPECT_THAT(name.error().message, HasSubstr(each.reason));
    EXPECT_THAT(name.error().message, testing::Not(HasSubstr("forged")));
  }
}

TEST_F(ClusterIdentityOf, NoPieceOfACertificateIsTakenForIt) {
  const ClusterIdentity own = identity("osaka", ca_);
  const std::string signature = own.sign("what");
  const std::string& pem = own.certificate_pem();
  const std::size_t body_ends = pem.find("-----END");
  for (std::size_t size = 0; size < body_ends; size += 7)
    EXPECT_FALSE(own.verify(pem.substr(0, size), "what", signature, now())) << size;
  // The first of a digit's six bits: of the last digit the last ones stand for nothing.
  const std::string digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t place = pem.find('\n') + 1; place < body_ends; place += 3) {
    std::string changed = pem;
    const std::size_t value = digits.find(changed[place]);
    if (value == std::string::npos) continue;
    changed[place] = digits[value ^ 32U];
    EXPECT_FALSE(own.verify(changed, "what", signature, now())) << place;
  }
}

TEST_F(ClusterIdentityOf, IsNotOpenedFromWhatIsNoGood) {
  const TlsIdentity own = ca_.issue("tokyo-2");
  const std::string ca = ca_.certificate();
  const TlsIdentity over = ca_.issue("tokyo-2", -48h, -24h);
  const TlsIdentity later = ca_.issue("tokyo-2", 24h, 48h);
  const TlsIdentity named = ca_.issue("Tokyo");
  struct Case {
    std::string certificate, key, ca;
    std::string reason;
  };
  const Case cases[] = {
      {"text", own.key, ca, "own.pem holds no certificate"},
      {own.certificate, "text", ca, "own.key holds no private key"},
      {own.certificate, ca_.issue("tokyo-2").key, ca, "own.key is not the key of the certificate"},
      {own.certificate, own.key, "text", "ca.pem holds no certificate"},
      {own.certificate, own.key, own.certificate, "ca.pem holds a certificate that is not of a CA"},
      {own.certificate, own.key, ca + ca.substr(0, 200), "ca.pem holds no certificate that can be"},
      {own.certificate, own.key, foreign_.certificate(), "own.pem is not valid"},
      {over.certificate, over.key, ca, "own.pem is not valid: certificate has expired"},
      {later.certificate, later.key, ca, "own.pem is not valid: certificate is not yet valid"},
      {named.certificate, named.key, ca, "own.pem is made out to what is no node name"},
      {ca, own.key, ca, "own.pem is one of a CA"},
      {std::string(2'000'000, '\n'), own.key, ca, "own.pem is larger"},
  };
  for (const Case& each : cases) {
    const auto made = opened(each.certificate, each.key, each.ca);
    ASSERT_FALSE(made) << each.reason;
    EXPECT_THAT(made.error().message, HasSubstr(each.reason));
    EXPECT_THAT(made.error().message, testing::Not(HasSubstr("PRIVATE KEY-----\n")));
  }
}

TEST_F(ClusterIdentityOf, IsNotOpenedWithAKeyThatOthersMayRead) {
  const TlsIdentity own = ca_.issue("tokyo-2");
  const auto certificate = write("own.pem", own.certificate);
  const auto ca = write("ca.pem", ca_.certificate());
  for (const unsigned mode : {0640U, 0604U, 0644U, 0660U}) {
    const auto made = ClusterIdentity::open(certificate, write("open.key", own.key, mode), ca);
    ASSERT_FALSE(made) << mode;
    EXPECT_THAT(made.error().message, HasSubstr("open.key may be read by others"));
  }
  const auto missing = ClusterIdentity::open(certificate, folder_.path() / "none.key", ca);
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().message, HasSubstr("none.key cannot be opened: No such file"));
  EXPECT_FALSE(ClusterIdentity::open(folder_.path(), write("own.key", own.key), ca));
}

}  // namespace
}  // namespace spillway::net
