#include "net/iso8583_connection.hpp"

#include <atomic>
#include <optional>
#include <random>
#include <utility>

#include "engine/backoff.hpp"
#include "net/event_loop.hpp"
#include "net/relay_messages.hpp"
#include "net/tcp_stream.hpp"
#include "net/timer.hpp"

namespace spillway::net {
namespace {

using iso8583::Field;
using iso8583::frame_size_max;
using iso8583::MessageType;

Timestamp civil_now() {
  return std::chrono::floor<Duration>(std::chrono::system_clock::now());
}

MonotonicTime monotonic_now() {
  return std::chrono::steady_clock::now();
}

}  // namespace

// Everything that happens on the loop's thread.
class Iso8583Connection::Line final : public TcpStreamListener {
 public:
  Line(EventLoop& loop, RelayOptions options, const CardOpener& seal)
      : loop_(loop), options_(std::move(options)), seal_(seal), jitter_(std::random_device{}()) {}

  void start(RelayListener& listener);
  void send(const std::vector<RelayRequest>& requests);
  void stop();
  void renew_tls(std::shared_ptr<const TlsContext> context) {
    options_.tls->context = std::move(context);
  }

  std::atomic<std::uint64_t> unsendable{0};

 private:
  enum class Phase : std::uint8_t { stopped, waiting, connecting, signing_on, up };

  void on_connected() override;
  std::size_t on_bytes(std::string_view bytes) override;
  void on_closed() override;

  void connect();
  void on_time();
  void watch_silence();
  void lose(LineLoss loss);
  void ask(std::string_view network_code);
  std::size_t write_one(const RelayRequest& request, FrameBuffer out);
  bool take(std::string_view bytes);
  void signed_on();
  void answer_network(const iso8583::Message& request);

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
  bool peer_signed_off_ = false;
  std::vector<char> wire_;  // kept for its memory; wiped after each use
  std::vector<RelayReply> replies_;
};

void Iso8583Connection::Line::start(RelayListener& listener) {
  SPILLWAY_CHECK(phase_ == Phase::stopped, "a relay connection was started twice");
  listener_ = &listener;
  timer_ = std::make_unique<Timer>(loop_, [this] { on_time(); });
  connect();
}

void Iso8583Connection::Line::connect() {
  phase_ = Phase::connecting;
  peer_signed_off_ = false;
  timer_->start(options_.connect_time_max);
  stream_ = TcpStream::connect(loop_, options_.host, options_.port, *this, options_.tls);
}

void Iso8583Connection::Line::on_connected() {
  phase_ = Phase::signing_on;
  ask(iso8583::network_code::sign_on);
}

void Iso8583Connection::Line::on_time() {
  if (phase_ == Phase::waiting) {
    connect();
  } else if (phase_ == Phase::up) {
    watch_silence();
  } else {
    if (phase_ == Phase::connecting && options_.tls)
      listener_->on_tls_failed("no handshake within the time to connect");
    lose(LineLoss::silent);
  }
}

void Iso8583Connection::Line::on_closed() {
  if (!stream_->failure().empty()) listener_->on_tls_failed(stream_->failure());
  lose(LineLoss::closed);
}

void Iso8583Connection::Line::watch_silence() {
  const auto quiet = std::chrono::ceil<Duration>(monotonic_now() - heard_at_);
  if (quiet >= options_.silence_max) return lose(LineLoss::silent);
  if (quiet >= options_.heartbeat_after && !echo_asked_) {
    echo_asked_ = true;
    ask(iso8583::network_code::echo);
  }
  timer_->start((echo_asked_ ? options_.silence_max : options_.heartbeat_after) - quiet);
}

void Iso8583Connection::Line::lose(LineLoss loss) {
  const bool was_up = phase_ == Phase::up;
  stream_.reset();
  phase_ = Phase::waiting;
  timer_->start(
      backoff::delay(++failures_, options_.reconnect_min, options_.reconnect_max, jitter_));
  if (was_up) listener_->on_line_down(loss);
}

void Iso8583Connection::Line::ask(std::string_view network_code) {
  std::array<char, frame_size_max> frame{};
  network_stan_ = network_stan_ % 999'999 + 1;
  const std::size_t size =
      write_network_request(network_code, network_stan_, civil_now(), options_.acquirer, frame);
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
  if (stream_->unsent() > limits::relay_unsent_max) lose(LineLoss::silent);
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
  return write_request(request, card ? &*card : nullptr, *merchant, options_.acquirer, out);
}

std::size_t Iso8583Connection::Line::on_bytes(std::string_view bytes) {
  heard_at_ = monotonic_now();
  if (std::exchange(echo_asked_, false)) timer_->start(options_.heartbeat_after);
  std::size_t consumed = 0;
  bool readable = true;
  while (readable && !peer_signed_off_) {
    const auto message = iso8583::next_message(bytes.substr(consumed));
    if (!message) readable = false;
    if (!message || !*message) break;
    readable = take(**message);
    if (stream_ == nullptr) return bytes.size();  // lost or stopped meanwhile
    consumed += iso8583::length_size + (*message)->size();
  }
  if (!replies_.empty()) listener_->on_replies(std::exchange(replies_, {}));
  if (stream_ == nullptr) return bytes.size();
  if (!readable) lose(LineLoss::unreadable);
  if (peer_signed_off_) lose(LineLoss::closed);
  return readable ? consumed : bytes.size();
}

// False when it is nothing that a relay centre says.
bool Iso8583Connection::Line::take(std::string_view bytes) {
  const auto message = iso8583::decode(bytes);
  if (!message) return false;
  switch (message->type()) {
    case MessageType::authorization_response:
    case MessageType::reversal_response:
      replies_.push_back(reply_from(*message));
      return true;
    case MessageType::network_response:
      if (phase_ == Phase::signing_on &&
          (*message)[Field::network_code] == iso8583::network_code::sign_on) {
        if ((*message)[Field::response_code] == "00") {
          signed_on();
        } else {
          lose(LineLoss::closed);
        }
      }
      return true;
    case MessageType::network_request:
      answer_network(*message);
      return true;
    default:
      return false;
  }
}

void Iso8583Connection::Line::signed_on() {
  phase_ = Phase::up;
  failures_ = 0;
  timer_->start(options_.heartbeat_after);
  listener_->on_line_up();
}

void Iso8583Connection::Line::answer_network(const iso8583::Message& request) {
  std::array<char, frame_size_max> frame{};
  stream_->write({frame.data(), write_network_response(request, "00", frame)});
  peer_signed_off_ = request[Field::network_code] == iso8583::network_code::sign_off;
}

void Iso8583Connection::Line::stop() {
  if (phase_ == Phase::stopped) return;
  if (phase_ == Phase::up) ask(iso8583::network_code::sign_off);
  phase_ = Phase::stopped;
  listener_ = nullptr;
  stream_.reset();
  timer_.reset();
}

Iso8583Connection::Iso8583Connection(EventLoop& loop, RelayOptions options, const CardOpener& seal)
    : loop_(loop) {
  SPILLWAY_CHECK(check(options).has_value(), "a relay connection was made with wrong options");
  line_ = std::make_shared<Line>(loop, std::move(options), seal);
}

Iso8583Connection::~Iso8583Connection() {
  stop();
}

void Iso8583Connection::start(RelayListener& listener) {
  loop_.post([line = line_, &listener] { line->start(listener); });
}

void Iso8583Connection::send(std::vector<RelayRequest> requests) {
  loop_.post([line = line_, batch = std::move(requests)] { line->send(batch); });
}

void Iso8583Connection::stop() {
  loop_.run_and_wait([this] { line_->stop(); });
}

void Iso8583Connection::renew_tls(std::shared_ptr<const TlsContext> context) {
  loop_.post([line = line_, context = std::move(context)] { line->renew_tls(context); });
}

std::uint64_t Iso8583Connection::unsendable() const {
  return line_->unsendable.load(std::memory_order_relaxed);
}

}  // namespace spillway::net
