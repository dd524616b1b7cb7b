// The life of a relay line, and what it sends.
#include "net/relay/iso8583_line.hpp"

#include <random>
#include <utility>

#include <fmt/format.h>

#include "engine/base/backoff.hpp"
#include "engine/base/clock.hpp"
#include "engine/pacing/limits.hpp"

namespace spillway::net {
namespace {

using iso8583::frame_size_max;

std::string seconds_text(Duration duration) {
  return fmt::format("{:g} s", std::chrono::duration<double>(duration).count());
}

}  // namespace

Iso8583Connection::Line::Line(EventLoop& loop, RelayOptions options, const CardOpener& seal)
    : loop_(loop), options_(std::move(options)), seal_(seal), jitter_(std::random_device{}()) {}

void Iso8583Connection::Line::start(RelayListener& listener) {
  SPILLWAY_CHECK(phase_ == Phase::stopped, "a relay connection was started twice");
  listener_ = &listener;
  timer_ = std::make_unique<Timer>(loop_, [this] { on_time(); });
  connect();
}

void Iso8583Connection::Line::connect() {
  phase_ = Phase::connecting;
  echo_asked_ = false;
  end_.reset();
  unreadable_.reset();
  timer_->start(options_.connect_time_max);
  stream_ = TcpStream::connect(loop_, options_.host, options_.port, *this, options_.tls);
}

void Iso8583Connection::Line::on_connected() {
  phase_ = Phase::signing_on;
  ask(iso8583::network_code::sign_on);
}

void Iso8583Connection::Line::on_time() {
  const std::string time_max = seconds_text(options_.connect_time_max);
  if (phase_ == Phase::waiting) {
    connect();
  } else if (phase_ == Phase::up) {
    watch_silence();
  } else if (phase_ == Phase::signing_on) {
    lose(LineLoss::silent, "no answer to the sign-on within " + time_max + last_unreadable());
  } else if (options_.tls) {
    listener_->on_tls_failed("no handshake within the time to connect");
    lose(LineLoss::silent, {});
  } else {
    lose(LineLoss::silent, "no connection within " + time_max);
  }
}

void Iso8583Connection::Line::on_closed() {
  if (!stream_->failure().empty()) {
    const std::string why = stream_->failure();
    listener_->on_tls_failed(why);
    lose(LineLoss::closed, phase_ == Phase::up ? why : std::string());
  } else if (!stream_->unreachable().empty()) {
    lose(LineLoss::closed, "no connection: " + stream_->unreachable());
  } else if (phase_ == Phase::signing_on) {
    lose(LineLoss::closed,
         "the connection ended before the sign-on was answered" + last_unreadable());
  } else {
    lose(LineLoss::closed, "the connection ended" + last_unreadable());
  }
}

void Iso8583Connection::Line::watch_silence() {
  const auto quiet = std::chrono::ceil<Duration>(monotonic_now() - heard_at_);
  if (quiet >= options_.silence_max)
    return lose(LineLoss::silent,
                "nothing was heard for " + seconds_text(options_.silence_max) + last_unreadable());
  if (quiet >= options_.heartbeat_after && !echo_asked_) {
    echo_asked_ = true;
    ask(iso8583::network_code::echo);
  }
  timer_->start((echo_asked_ ? options_.silence_max : options_.heartbeat_after) - quiet);
}

// Without a reason: it was told already.
void Iso8583Connection::Line::lose(LineLoss loss, const std::string& why) {
  const bool was_up = phase_ == Phase::up;
  stream_.reset();
  phase_ = Phase::waiting;
  timer_->start(
      backoff::delay(++failures_, options_.reconnect_min, options_.reconnect_max, jitter_));
  if (was_up)
    listener_->on_line_down(loss, why);
  else if (!why.empty())
    listener_->on_no_line(why);
}

void Iso8583Connection::Line::ask(std::string_view network_code) {
  std::array<char, frame_size_max> frame{};
  network_stan_ = network_stan_ % 999'999 + 1;
  const std::size_t size = write_network_request(network_code, network_stan_, civil_now(),
                                                 options_.acquirer, frame, options_.dialect);
  stream_->write({frame.data(), size});
}

void Iso8583Connection::Line::send(const std::vector<RelayRequest>& requests) {
  if (phase_ != Phase::up) return;
  if (wire_.size() < requests.size() * frame_size_max)
    wire_.resize(requests.size() * frame_size_max);
  std::size_t filled = 0;
  for (const RelayRequest& request : requests) {
    const std::size_t size = write_one(request, FrameBuffer(wire_.data() + filled, frame_size_max));
    if (size == 0) {
      unsendable.fetch_add(1, std::memory_order_relaxed);
      wipe(wire_.data() + filled, frame_size_max);  // a card may have been written before
    }
    filled += size;
  }
  stream_->write({wire_.data(), filled});
  wipe(wire_.data(), filled);
  if (stream_->unsent() > limits::relay_unsent_max)
    lose(LineLoss::silent, "the relay centre does not read what it is sent");
}

std::size_t Iso8583Connection::Line::write_one(const RelayRequest& request, FrameBuffer out) {
  const auto known = options_.merchants.find(request.shop);
  std::optional<Merchant> found;
  if (known == options_.merchants.end() && options_.find_merchant)
    found = options_.find_merchant(request.shop);
  const Merchant* const merchant = known != options_.merchants.end() ? &known->second
                                   : found                           ? &*found
                                                                     : nullptr;
  if (merchant == nullptr) return 0;
  std::optional<CardDetails> card;
  if (request.card) card = seal_.open(*request.card, request.shop);
  return write_request(request, card ? &*card : nullptr, *merchant, options_.acquirer, out,
                       options_.dialect);
}

void Iso8583Connection::Line::stop() {
  if (phase_ == Phase::stopped) return;
  if (phase_ == Phase::up) ask(iso8583::network_code::sign_off);
  phase_ = Phase::stopped;
  listener_ = nullptr;
  stream_.reset();
  timer_.reset();
}

}  // namespace spillway::net
