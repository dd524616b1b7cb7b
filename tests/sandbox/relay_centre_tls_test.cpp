// The sandbox relay centre under TLS.
#include "tests/net/fixtures/tls_certificates.hpp"
#include "tests/sandbox/relay_centre_fixture.hpp"

namespace spillway::sandbox {
namespace {

TEST_F(RelayCentreTest, TakesLinesUnderTls) {
  const net::TestCa ca;
  const net::TlsIdentity own = ca.issue("127.0.0.1");
  options_.tls = net::tls_server(own);
  options_.latency = {1ms, 3ms};  // answers leave outside of what was read
  start_centre();
  net::RelayOptions options = net::options_for(options_.port);
  options.tls = net::tls_peer(&ca);
  connection_ = std::make_unique<net::Iso8583Connection>(line_loop_, options, seal_);
  connection_->start(recorder_);
  ASSERT_TRUE(recorder_.wait_for_ups(1));
  std::vector<RelayRequest> requests;
  for (std::uint64_t order = 1; order <= 1'000; ++order) requests.push_back(request(order));
  connection_->send(std::move(requests));
  ASSERT_TRUE(recorder_.wait_for_replies(1'000));
  EXPECT_EQ(centre_->counts().authorizations, 1'000U);
  EXPECT_TRUE(recorder_.losses().empty());
}

TEST_F(RelayCentreTest, TakesNoLineInTheClearWhereItWantsTls) {
  const net::TestCa ca;
  options_.tls = net::tls_server(ca.issue("127.0.0.1"));
  start_centre();
  connection_ =
      std::make_unique<net::Iso8583Connection>(line_loop_, net::options_for(options_.port), seal_);
  connection_->start(recorder_);
  net::RelayOptions options = net::options_for(options_.port);
  options.tls = net::tls_peer(&ca);
  LineRecorder secured;
  net::Iso8583Connection second(line_loop_, options, seal_);
  second.start(secured);
  ASSERT_TRUE(secured.wait_for_ups(1));
  EXPECT_EQ(recorder_.ups(), 0U);
  EXPECT_EQ(centre_->counts().sign_ons, 1U);
}

}  // namespace
}  // namespace spillway::sandbox
