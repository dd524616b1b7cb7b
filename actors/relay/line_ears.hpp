// What the wire of a relay line tells, turned into messages.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <caf/send.hpp>

#include "actors/messages/interfaces.hpp"
#include "net/relay/relay_connection.hpp"

namespace spillway::actors {

class LineEars : public net::RelayListener {
 public:
  explicit LineEars(RelayLineActor line) : line_(std::move(line)) {}
  void on_line_up() override { caf::anon_send(line_, LineIsUp{}); }
  void on_line_down(net::LineLoss loss, const std::string& why) override {
    caf::anon_send(line_, LineIsDown{loss, why});
  }
  void on_no_line(const std::string& why) override { caf::anon_send(line_, LineNotMade{why}); }
  void on_tls_failed(const std::string& why) override { caf::anon_send(line_, TlsFailed{why}); }
  void on_replies(std::vector<net::RelayReply> replies) override {
    caf::anon_send(line_, LineReplies{std::move(replies)});
  }
  void on_passed_over(std::vector<net::PassedOver> messages) override {
    caf::anon_send(line_, MessagesPassedOver{std::move(messages)});
  }

 private:
  RelayLineActor line_;
};

}  // namespace spillway::actors
