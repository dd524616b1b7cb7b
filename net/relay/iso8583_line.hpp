// The line behind Iso8583Connection, on its loop. iso8583_line.cpp has its life and what it sends,
// iso8583_line_reading.cpp what it does with what it hears.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/relay/iso8583_connection.hpp"
#include "net/relay/relay_messages.hpp"
#include "net/stream/event_loop.hpp"
#include "net/stream/tcp_stream.hpp"
#include "net/stream/timer.hpp"

namespace spillway::net {

// Everything that happens on the loop's thread.
class Iso8583Connection::Line final : public TcpStreamListener {
 public:
  Line(EventLoop& loop, RelayOptions options, const CardOpener& seal);

  void start(RelayListener& listener);
  void send(const std::vector<RelayRequest>& requests);
  void stop();
  void renew_tls(std::shared_ptr<const TlsContext> context) {
    options_.tls->context = std::move(context);
  }

  std::atomic<std::uint64_t> unsendable{0};

 private:
  enum class Phase : std::uint8_t { stopped, waiting, connecting, signing_on, up };
  struct End {
    LineLoss loss{};
    std::string why;
  };

  void on_connected() override;
  std::size_t on_bytes(std::string_view bytes) override;
  void on_closed() override;

  void connect();
  void on_time();
  void watch_silence();
  void lose(LineLoss loss, const std::string& why);
  void ask(std::string_view network_code);
  std::size_t write_one(const RelayRequest& request, FrameBuffer out);

  void note_sign_of_life();
  bool take(std::string_view frame);
  void take_network_response(const iso8583::Message& response);
  void signed_on();
  void answer_network(const iso8583::Message& request);
  void pass_over(std::string_view frame, const iso8583::Unreadable& why);
  void tell_what_came();
  std::string last_unreadable() const;

  EventLoop& loop_;
  RelayOptions options_;  // `tls` alone is ever renewed
  const CardOpener& seal_;
  RelayListener* listener_ = nullptr;
  Phase phase_ = Phase::stopped;
  std::unique_ptr<TcpStream> stream_;
  std::unique_ptr<Timer> timer_;  // of the phase: the wait, the time limit, the watch
  std::uint32_t failures_ = 0;    // connects in a row that did not lead to a line
  std::uint64_t jitter_;
  std::uint32_t network_stan_ = 0;
  MonotonicTime heard_at_;
  bool echo_asked_ = false;
  std::optional<End> end_;  // once what came with it is told
  std::vector<char> wire_;  // kept for its memory; wiped after each use
  std::vector<RelayReply> replies_;
  std::vector<PassedOver> passed_over_;
  std::optional<iso8583::Unreadable>
      unreadable_;  // the last message that came, if it was passed over
};

}  // namespace spillway::net
