// A sandbox relay centre on a real socket, with the real line at its other end.
#pragma once

#include <filesystem>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

#include "net/stream/event_loop.hpp"
#include "sandbox/relay_centre.hpp"
#include "tests/net/fixtures/relay_line_helpers.hpp"

namespace spillway::sandbox {

using namespace std::chrono_literals;
using net::LineLoss;
using net::LineRecorder;
using net::RelayMessage;
using net::RelayReply;
using net::RelayRequest;

class RelayCentreTest : public testing::Test {
 protected:
  RelayCentreTest() { options_.port = 0; }
  ~RelayCentreTest() override {
    connection_.reset();
    centre_.reset();
    std::filesystem::remove(ledger_path());
  }

  static std::string ledger_path() {
    return (std::filesystem::temp_directory_path() /
            ("spillway-ledger-" + std::to_string(::getpid()) + ".jsonl"))
        .string();
  }

  void start_centre() {
    centre_ = std::make_unique<RelayCentre>(centre_loop_, options_);
    const auto port = centre_->start();
    ASSERT_TRUE(port) << port.error().message;
    options_.port = *port;  // a next one listens where this one did
  }
  void start() {
    start_centre();
    connection_ = std::make_unique<net::Iso8583Connection>(line_loop_,
                                                           net::options_for(options_.port), seal_);
    connection_->start(recorder_);
    ASSERT_TRUE(recorder_.wait_for_ups(1));
  }

  RelayRequest request(std::uint64_t order, std::string_view card = net::usable_card,
                       std::uint16_t attempt = 1) const {
    return net::request_for(seal_, order, card, attempt);
  }
  // Sends one request and gives the reply to it.
  RelayReply ask(const RelayRequest& one) {
    const std::size_t before = recorder_.replies().size();
    connection_->send({one});
    EXPECT_TRUE(recorder_.wait_for_replies(before + 1));
    const auto replies = recorder_.replies();
    return replies.size() > before ? replies[before] : RelayReply();
  }
  std::string ask_code(const RelayRequest& one) { return std::string(ask(one).code.view()); }

  // Waits until the centre has seen everything that was sent: it answers in order when it answers
  // at once.
  void settle(std::uint64_t order) { EXPECT_EQ(ask_code(request(order)), "00"); }

  net::EventLoop centre_loop_{"centre"};
  net::EventLoop line_loop_{"line"};
  net::OpenSeal seal_;
  LineRecorder recorder_;
  RelayCentreOptions options_;
  std::unique_ptr<RelayCentre> centre_;
  std::unique_ptr<net::Iso8583Connection> connection_;
};

}  // namespace spillway::sandbox
