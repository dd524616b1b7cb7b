// Two sessions that hand each other their bytes, without a socket; and what a context refuses.
#include "net/tls/tls_session.hpp"

#include <algorithm>
#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "tests/net/fixtures/tls_certificates.hpp"

namespace spillway::net {
namespace {

using testing::HasSubstr;
using State = TlsSession::State;

// A session, what it said, and what it heard.
struct Side {
  template <class Of>
  explicit Side(const Of& of) : session(of) {}

  void hear(std::string_view bytes) {
    std::array<char, 4096> room{};
    session.receive(bytes);
    while (const std::size_t size = session.read(room, out)) heard.append(room.data(), size);
  }

  TlsSession session;
  std::string out;
  std::string heard;
};

// Hands over, at most `piece` bytes at a time, until neither has anything to say.
void talk(Side& client, Side& server, std::size_t piece = 100'000) {
  if (client.session.state() == State::handshaking && client.out.empty())
    client.session.begin(client.out);
  while (!client.out.empty() || !server.out.empty()) {
    for (auto [from, to] : {std::pair{&client, &server}, std::pair{&server, &client}}) {
      const std::string bytes = std::exchange(from->out, {});
      for (std::size_t at = 0; at < bytes.size(); at += piece)
        to->hear(std::string_view(bytes).substr(at, piece));
    }
  }
}

class TlsSessionTest : public testing::Test {
 protected:
  TestCa ca_;
  TlsIdentity own_ = ca_.issue("relay.example");
};

// A step in a finite field of 8,192 bits takes 93 ms; a server would take it for any stranger.
TEST_F(TlsSessionTest, AgreesOnKeysInQuickGroupsOnly) {
  const auto state_with = [&](const char* groups, int version) {
    const TlsPeer peer = tls_peer(&ca_, "relay.example");
    SSL_CTX_set1_groups_list(peer.context->get(), groups);
    SSL_CTX_set_max_proto_version(peer.context->get(), version);
    Side client(peer);
    Side server(*tls_server(own_));
    talk(client, server);
    return server.session.state();
  };
  // Under TLS 1.2 the curve of the server's key has to be among them, too (RFC 8422 5.1.1).
  const auto groups_of = [](const std::string& groups, int version) {
    return version == TLS1_2_VERSION ? groups + ":P-256" : groups;
  };
  for (const char* quick : {"X25519", "P-256", "P-384", "ffdhe8192:P-384"})
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION})
      EXPECT_EQ(state_with(groups_of(quick, version).c_str(), version), State::open) << quick;
  for (const char* slow : {"ffdhe2048", "ffdhe8192", "P-521", "X448"})
    EXPECT_EQ(state_with(slow, TLS1_3_VERSION), State::broken) << slow;
}

TEST_F(TlsSessionTest, CarriesBytesBothWaysInAnyPieces) {
  for (const std::size_t piece : {1U, 7U, 1'000U, 100'000U}) {
    Side client(tls_peer(&ca_, "relay.example"));
    Side server(*tls_server(own_));
    talk(client, server, piece);
    ASSERT_EQ(client.session.state(), State::open);
    ASSERT_EQ(server.session.state(), State::open);
    const std::string large(50'000, 'x');
    EXPECT_TRUE(client.session.write(large, client.out));
    EXPECT_TRUE(server.session.write("answer", server.out));
    EXPECT_EQ(client.out.find("xxxxxxxx"), std::string::npos) << "in the clear";
    talk(client, server, piece);
    EXPECT_EQ(server.heard, large);
    EXPECT_EQ(client.heard, "answer");
  }
}

TEST_F(TlsSessionTest, SpeaksTls12And13AndNothingOlder) {
  struct Case {
    int version;
    State state;
  };
  for (const Case& row : {Case{TLS1_3_VERSION, State::open}, Case{TLS1_2_VERSION, State::open},
                          Case{TLS1_1_VERSION, State::broken}}) {
    const TlsPeer peer = tls_peer(&ca_, "relay.example");
    SSL_CTX_set_min_proto_version(peer.context->get(), row.version);
    SSL_CTX_set_max_proto_version(peer.context->get(), row.version);
    SSL_CTX_set_security_level(peer.context->get(), 0);
    SSL_CTX_set_cipher_list(peer.context->get(), "ALL");
    Side client(peer);
    Side server(*tls_server(own_));
    talk(client, server);
    EXPECT_EQ(server.session.state(), row.state) << row.version;
  }
}

TEST_F(TlsSessionTest, RefusesAServerThatIsNotWhoItShouldBe) {
  const TestCa other("Other CA");
  struct Case {
    const char* name;
    TlsIdentity shown;
    const TestCa* trusted;
    std::string wanted;
    std::string sentence;
  };
  const auto second = std::chrono::seconds(1);
  const std::array cases{
      Case{"name", own_, &ca_, "east.example", "is not made out to east.example"},
      Case{"address", own_, &ca_, "127.0.0.1", "is not made out to 127.0.0.1"},
      Case{"unknown CA", own_, &other, "relay.example", "comes from a CA that is not trusted"},
      Case{"no CA", own_, nullptr, "relay.example", "comes from a CA that is not trusted"},
      Case{"expired", ca_.issue("relay.example", -TestCa::day, -second), &ca_, "relay.example",
           "has expired"},
      Case{"too early", ca_.issue("relay.example", TestCa::day, 2 * TestCa::day), &ca_,
           "relay.example", "is not valid yet"},
  };
  for (const Case& row : cases) {
    Side client(tls_peer(row.trusted, row.wanted));
    Side server(*tls_server(row.shown));
    talk(client, server);
    EXPECT_EQ(client.session.state(), State::broken) << row.name;
    EXPECT_THAT(client.session.failure(), HasSubstr(row.sentence)) << row.name;
    EXPECT_EQ(server.session.state(), State::broken) << row.name;
    EXPECT_THAT(server.session.failure(), HasSubstr("the peer refused: ")) << row.name;
    EXPECT_FALSE(client.session.write("4242", client.out)) << row.name;
    EXPECT_EQ(client.out, "") << row.name;
  }
}

TEST_F(TlsSessionTest, LetsInAServerByItsAddressOrAWildcard) {
  for (const auto& [issued, wanted] :
       {std::pair{"192.0.2.7", "192.0.2.7"}, std::pair{"*.relay.example", "east.relay.example"}}) {
    const TlsIdentity shown = ca_.issue(issued);
    Side client(tls_peer(&ca_, wanted));
    Side server(*tls_server(shown));
    talk(client, server);
    EXPECT_EQ(client.session.state(), State::open) << issued << client.session.failure();
  }
}

TEST_F(TlsSessionTest, AsksClientsForTheirCertificateWhereItTrustsACa) {
  const TestCa other("Other CA");
  const TlsIdentity good = ca_.issue("shop.example");
  const TlsIdentity foreign = other.issue("shop.example");
  struct Case {
    const TlsIdentity* shown;
    std::string sentence;
  };
  for (const Case& row : {Case{&good, ""}, Case{nullptr, "the peer showed no certificate"},
                          Case{&foreign, "comes from a CA that is not trusted here"}}) {
    Side client(tls_peer(&ca_, "relay.example", row.shown));
    Side server(*tls_server(own_, &ca_));
    talk(client, server);
    EXPECT_THAT(server.session.failure(), HasSubstr(row.sentence));
    EXPECT_EQ(server.session.state(), row.sentence.empty() ? State::open : State::broken);
    // A client of TLS 1.3 is done before the server has looked at its certificate.
    EXPECT_EQ(client.session.state(), row.sentence.empty() ? State::open : State::broken);
  }
}

TEST_F(TlsSessionTest, BreaksOnWhatIsNoTls) {
  const std::string garbage(600, '\x80');
  for (const std::string& bytes : {std::string("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), garbage}) {
    Side server(*tls_server(own_));
    server.hear(bytes);
    EXPECT_EQ(server.session.state(), State::broken);
    EXPECT_EQ(server.session.failure(), "the peer does not speak TLS");
  }
}

TEST_F(TlsSessionTest, BreaksOnAByteThatWasChanged) {
  Side client(tls_peer(&ca_, "relay.example"));
  Side server(*tls_server(own_));
  talk(client, server);
  client.session.write("an order", client.out);
  client.out.back() = static_cast<char>(client.out.back() ^ 1);
  talk(client, server);
  EXPECT_EQ(server.heard, "");
  EXPECT_EQ(server.session.state(), State::broken);
}

TEST_F(TlsSessionTest, AnswersAPeerThatSendsNoMore) {
  Side client(tls_peer(&ca_, "relay.example"));
  Side server(*tls_server(own_));
  talk(client, server);
  client.session.write("last", client.out);
  client.session.end(client.out);
  client.session.end(client.out);
  talk(client, server);
  EXPECT_EQ(server.heard, "last");
  EXPECT_EQ(server.session.state(), State::ended);
  EXPECT_TRUE(server.session.write("answer", server.out));
  server.session.end(server.out);
  talk(client, server);
  EXPECT_EQ(client.heard, "answer");
  EXPECT_EQ(client.session.state(), State::ended);
}

TEST_F(TlsSessionTest, GivesAReaderOfLittleRoomEverythingInOrder) {
  Side client(tls_peer(&ca_, "relay.example"));
  Side server(*tls_server(own_));
  talk(client, server);
  std::string said;
  for (int i = 0; i < 1'000; ++i) said += std::to_string(i) + ",";
  for (const char letter : said) client.session.write({&letter, 1}, client.out);
  server.session.receive(client.out);
  std::string heard;
  std::array<char, 3> room{};
  while (const std::size_t size = server.session.read(room, server.out))
    heard.append(room.data(), size);
  EXPECT_EQ(heard, said);
}

TEST_F(TlsSessionTest, ChoosesHttpWhereItIsOffered) {
  struct Case {
    std::string offered;  // ALPN's list: each with its length before it
    std::string chosen;
    State state;
  };
  for (const Case& row :
       {Case{"", "", State::open}, Case{std::string("\x02h2\x08http/1.1"), "http/1.1", State::open},
        Case{std::string("\x02h2"), "", State::broken}}) {
    const TlsPeer peer = tls_peer(&ca_, "relay.example");
    SSL_CTX_set_alpn_protos(peer.context->get(),
                            reinterpret_cast<const unsigned char*>(row.offered.data()),
                            static_cast<unsigned>(row.offered.size()));
    const auto context = tls_server(own_);
    context->speak_http();
    Side client(peer);
    Side server(*context);
    talk(client, server);
    EXPECT_EQ(server.session.state(), row.state) << row.offered;
    EXPECT_EQ(client.session.state(), row.state) << row.offered;
  }
}

// The same key under a passphrase.
std::string locked(const std::string& key_pem) {
  BIO* from = BIO_new_mem_buf(key_pem.data(), static_cast<int>(key_pem.size()));
  EVP_PKEY* key = PEM_read_bio_PrivateKey(from, nullptr, nullptr, nullptr);
  BIO_free(from);
  BIO* to = BIO_new(BIO_s_mem());
  char passphrase[] = "secret";
  PEM_write_bio_PKCS8PrivateKey(to, key, EVP_aes_128_cbc(), passphrase, 6, nullptr, nullptr);
  EVP_PKEY_free(key);
  char* bytes = nullptr;
  const auto size = static_cast<std::size_t>(BIO_get_mem_data(to, &bytes));
  std::string text(bytes, size);
  BIO_free(to);
  return text;
}

TEST_F(TlsSessionTest, RefusesFilesThatAreNoGood) {
  const TlsIdentity other = ca_.issue("other.example");
  TlsContext context(TlsContext::Side::server);
  EXPECT_THAT(context.use_certificate("").error().message, HasSubstr("holds no certificate"));
  EXPECT_THAT(context.use_certificate(own_.key).error().message, HasSubstr("holds no certificate"));
  std::string torn = own_.certificate;
  torn.replace(200, 3, "!!!");
  EXPECT_THAT(context.use_certificate(torn).error().message, HasSubstr("cannot be read"));
  EXPECT_THAT(context.trust("nothing").error().message, HasSubstr("holds no certificate"));
  ASSERT_TRUE(context.use_certificate(own_.certificate + ca_.certificate()));
  EXPECT_THAT(context.use_key("").error().message, HasSubstr("holds no private key"));
  EXPECT_THAT(context.use_key(own_.certificate).error().message, HasSubstr("holds no private key"));
  EXPECT_THAT(context.use_key(other.key).error().message, HasSubstr("is not the key of the"));
  EXPECT_THAT(context.use_key(locked(own_.key)).error().message, HasSubstr("a passphrase"));
  EXPECT_TRUE(context.use_key(own_.key));
  const auto ends = context.certificate_ends() - std::chrono::system_clock::now();
  EXPECT_GT(ends, std::chrono::hours(23));
  EXPECT_LE(ends, std::chrono::hours(24));
}

}  // namespace
}  // namespace spillway::net
