#include "net/relay/iso8583_connection.hpp"

#include <utility>

#include "net/relay/iso8583_line.hpp"

namespace spillway::net {

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
