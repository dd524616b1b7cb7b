// The line to a relay centre under TLS.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/relay/iso8583_connection.hpp"
#include "tests/net/fixtures/scripted_centre.hpp"
#include "tests/net/fixtures/tls_certificates.hpp"

namespace spillway::net {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class Iso8583TlsTest : public testing::Test {
 protected:
  void start_centre(const TlsIdentity& own, const TestCa* clients = nullptr) {
    centre_ = std::make_unique<ScriptedCentre>(centre_loop_, tls_server(own, clients));
  }
  Iso8583Connection& connect(const TlsPeer& tls, std::uint16_t port = 0) {
    RelayOptions options = options_for(port != 0 ? port : centre_->port());
    options.tls = tls;
    options.connect_time_max = connect_time_max_;
    connection_ = std::make_unique<Iso8583Connection>(line_loop_, options, seal_);
    connection_->start(recorder_);
    return *connection_;
  }

  EventLoop centre_loop_{"centre"};
  EventLoop line_loop_{"line"};
  OpenSeal seal_;
  TestCa ca_;
  TlsIdentity own_ = ca_.issue("127.0.0.1");
  Duration connect_time_max_ = patience;
  LineRecorder recorder_;
  std::unique_ptr<ScriptedCentre> centre_;
  std::unique_ptr<Iso8583Connection> connection_;
};

TEST_F(Iso8583TlsTest, SignsOnSendsAndSignsOff) {
  start_centre(own_);
  Iso8583Connection& connection = connect(tls_peer(&ca_));
  ASSERT_TRUE(recorder_.wait_for_ups(1));
  connection.send({request_for(seal_, 1)});
  EXPECT_TRUE(centre_->wait_for("0100"));
  connection.stop();
  EXPECT_TRUE(centre_->wait_for("0800/002"));
  EXPECT_TRUE(centre_->wait_for_end());
  EXPECT_TRUE(recorder_.failures().empty());
}

TEST_F(Iso8583TlsTest, CarriesManyRequestsInOrder) {
  start_centre(own_);
  Iso8583Connection& connection = connect(tls_peer(&ca_));
  ASSERT_TRUE(recorder_.wait_for_ups(1));
  for (std::uint64_t batch = 0; batch < 100; ++batch) {
    std::vector<RelayRequest> requests;
    for (std::uint64_t i = 0; i < 100; ++i)
      requests.push_back(request_for(seal_, batch * 100 + i + 1));
    connection.send(std::move(requests));
  }
  EXPECT_TRUE(centre_->wait_for("0100", 10'000));
  EXPECT_TRUE(recorder_.losses().empty());
}

TEST_F(Iso8583TlsTest, TellsWhyItDoesNotTrustARelayCentreAndTriesAgain) {
  const TestCa other("Other CA");
  struct Case {
    TlsIdentity shown;
    TlsPeer peer;
    std::string sentence;
  };
  const std::vector<Case> cases = {
      {own_, tls_peer(&ca_, "relay.example"), "is not made out to relay.example"},
      {own_, tls_peer(&other), "comes from a CA that is not trusted here"},
      {ca_.issue("127.0.0.1", -TestCa::day, -1s), tls_peer(&ca_), "has expired"},
  };
  for (const Case& row : cases) {
    start_centre(row.shown);
    connect(row.peer);
    const std::size_t before = recorder_.failures().size();
    ASSERT_TRUE(recorder_.wait_for_failures(before + 2)) << row.sentence;
    EXPECT_THAT(recorder_.failures().back(), HasSubstr(row.sentence));
    EXPECT_EQ(centre_->heard("0800/001"), 0U);
    connection_.reset();
    centre_.reset();
  }
  EXPECT_EQ(recorder_.ups(), 0U);
  EXPECT_TRUE(recorder_.losses().empty()) << "a line that was never up cannot go down";
}

TEST_F(Iso8583TlsTest, ShowsItsCertificateWhereItIsAskedForOne) {
  const TlsIdentity client = ca_.issue("shop.example");
  start_centre(own_, &ca_);
  connect(tls_peer(&ca_));
  ASSERT_TRUE(recorder_.wait_for_failures(1));
  EXPECT_THAT(recorder_.failures().front(), HasSubstr("the peer refused: "));
  EXPECT_EQ(recorder_.ups(), 0U);
  connect(tls_peer(&ca_, "127.0.0.1", &client));
  EXPECT_TRUE(recorder_.wait_for_ups(1));
}

TEST_F(Iso8583TlsTest, DoesNotSpeakToAPeerInTheClear) {
  // Nobody answers the hello: what is not TLS reads it as an unfinished message.
  ScriptedCentre plain(centre_loop_);
  connect_time_max_ = 20ms;
  connect(tls_peer(&ca_), plain.port());
  ASSERT_TRUE(recorder_.wait_for_failures(2));
  EXPECT_EQ(recorder_.failures().front(), "no handshake within the time to connect");
  EXPECT_EQ(plain.heard("0800/001"), 0U);
  EXPECT_EQ(recorder_.ups(), 0U);
}

TEST_F(Iso8583TlsTest, TakesANewContextAtItsNextConnect) {
  const TestCa next("Next CA");
  start_centre(next.issue("127.0.0.1"));
  Iso8583Connection& connection = connect(tls_peer(&ca_));
  ASSERT_TRUE(recorder_.wait_for_failures(1));
  connection.renew_tls(tls_peer(&next).context);
  ASSERT_TRUE(recorder_.wait_for_ups(1));
  connection.renew_tls(tls_peer(&ca_).context);
  connection.send({request_for(seal_, 1)});
  EXPECT_TRUE(centre_->wait_for("0100")) << "the line under way stays";
  centre_->hang_up();
  ASSERT_TRUE(recorder_.wait_for_losses(1));
  const std::size_t before = recorder_.failures().size();
  EXPECT_TRUE(recorder_.wait_for_failures(before + 1));
}

}  // namespace
}  // namespace spillway::net
