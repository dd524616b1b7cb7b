// The line to a relay centre over ISO 8583 (relay_connection.hpp is the contract).
//
// It connects, under TLS where that is asked for, signs on (0800/001) and is up once that is
// answered with 00. It asks for an echo (0800/301) when it has heard nothing for a while, and
// counts the line as lost when it still hears nothing. A message that it cannot read, or does
// nothing with, is passed over and told; a length that no message can have makes the line lost,
// since the frames are out of step then. A lost line is made again, after a wait that doubles with
// each failure.
//
// A batch costs one turn of the loop, one buffer and one write. A card is unsealed just before it
// is written into that buffer; the buffer is wiped when the socket has taken it.
//
// A request that cannot be written is not sent, and nothing else tells of it than `unsendable()`:
// its card did not open (damaged, or its key destroyed), its shop has no merchant, its amount does
// not fit. It gets no answer, so that its sender finds it in doubt when its time is up. A reversal
// whose card does not open goes without the card, as its reference is what counts.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "engine/base/result.hpp"
#include "engine/pacing/limits.hpp"
#include "net/relay/relay_connection.hpp"
#include "net/tls/tls_session.hpp"

namespace spillway::net {

struct RelayOptions {
  std::string host;  // a name or an address
  std::uint16_t port = 0;
  std::string acquirer;  // field 32, 1 to 11 digits
  std::unordered_map<ShopId, Merchant> merchants;
  std::optional<TlsPeer> tls;  // none: in the clear
  iso8583::Dialect dialect;
  // Of shops that are not among these, since they came while the system ran. On the loop's thread.
  std::function<std::optional<Merchant>(ShopId)> find_merchant;
  Duration connect_time_max = limits::relay_connect_time_max;
  Duration heartbeat_after = limits::relay_heartbeat_after;
  Duration silence_max = limits::relay_silence_max;
  Duration reconnect_min = limits::relay_reconnect_min;
  Duration reconnect_max = limits::relay_reconnect_max;
};

// Whether every message can be written with these options; the sentence says which is wrong.
Result<void> check(const RelayOptions& options);

class Iso8583Connection : public RelayPort {
 public:
  // Breaks an invariant when `check` finds fault. The loop and the seal outlive the connection.
  Iso8583Connection(EventLoop& loop, RelayOptions options, const CardOpener& seal);
  ~Iso8583Connection() override;  // stops; not from a call of the listener

  void start(RelayListener& listener) override;
  void send(std::vector<RelayRequest> requests) override;
  void stop() override;

  // The next connects are under this context; the line under way stays as it is. On a line that is
  // under TLS. From any thread.
  void renew_tls(std::shared_ptr<const TlsContext> context);

  // Requests that could not be written, ever. From any thread.
  std::uint64_t unsendable() const;

 private:
  class Line;
  EventLoop& loop_;
  std::shared_ptr<Line> line_;  // shared with what was posted to the loop
};

}  // namespace spillway::net
