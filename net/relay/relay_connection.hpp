// One ISO 8583 line to a relay centre. It moves messages and keeps the line alive: connecting with
// back-off, sign-on, heartbeats, sign-off. It decides nothing about orders: time-outs, repeats and
// reversals are the business of who uses it.
//
// Threads: `send` from any; the listener is called on the loop's thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/account/shop.hpp"
#include "engine/base/ids.hpp"
#include "engine/base/money.hpp"
#include "engine/base/time.hpp"
#include "engine/card/card.hpp"
#include "engine/order/authorization.hpp"
#include "net/relay/iso8583.hpp"

namespace spillway::net {

class EventLoop;

enum class RelayMessage : std::uint8_t {
  authorization = 1,         // 0100
  authorization_repeat = 2,  // 0101
  reversal = 3,              // 0400
  reversal_repeat = 4,       // 0401
};

// Everything of one request. A repeat and a reversal carry the attempt's first `reference`, `stan`
// and `sent_at`; a reversal stands for itself under a `trace` of its own, so that its answer shows
// which of several tries it belongs to.
struct RelayRequest {
  RelayMessage message{};
  Reference reference;             // field 37
  std::uint32_t stan = 0;          // field 11 of the attempt, in field 90 of its reversal
  std::uint32_t trace = 0;         // field 11 of this message; 0: the same as `stan`
  Timestamp sent_at;               // fields 7, 12, 13
  Money amount;                    // fields 4, 49
  ShopId shop;                     // fields 18, 41, 42 through RelayOptions::merchants
  std::optional<SealedCard> card;  // field 2, 14; a reversal goes without when it is gone
};

struct RelayReply {
  bool to_reversal = false;    // 0410, otherwise 0110
  Reference reference;         // field 37
  std::uint32_t trace = 0;     // field 11 of what is answered
  ResponseCode code;           // field 39; empty: it was absent
  ApprovalCode approval_code;  // field 38
  // What the relay centre says that the answer is about; absent where it says nothing of it.
  std::optional<std::int64_t> amount{};     // field 4, in the currency's minor unit
  std::optional<std::uint16_t> currency{};  // field 49, ISO 4217 numeric
};

using spillway::Merchant;

// closed: by the peer, or broken. unreadable: its frames are out of step. silent: it says nothing,
// or does not read.
enum class LineLoss : std::uint8_t { closed = 1, unreadable = 2, silent = 3 };

// A message of the relay centre that was passed over, since it cannot be read or is nothing that
// we take. The line stays. Where such a message is an answer whose reference can be read, a reply
// without a code comes for it.
struct PassedOver {
  iso8583::Unreadable why;
  std::uint64_t count = 0;
};

class RelayListener {
 public:
  virtual ~RelayListener() = default;
  virtual void on_line_up() = 0;
  // All that was sent and not answered is in doubt. `why`: a sentence with nothing of a message in
  // it but numbers.
  virtual void on_line_down(LineLoss loss, const std::string& why) = 0;
  // A try to make the line came to nothing; it is made again. Not for TLS.
  virtual void on_no_line(const std::string& why) = 0;
  // A handshake came to nothing, or TLS broke; why, in a sentence. The line is made again, and was
  // lost only where on_line_down says so too.
  virtual void on_tls_failed(const std::string& why) = 0;
  virtual void on_replies(std::vector<RelayReply> replies) = 0;
  // Those of one read, by what is wrong with them.
  virtual void on_passed_over(std::vector<PassedOver> messages) = 0;
};

// The seam that the simulation stands on.
class RelayPort {
 public:
  virtual ~RelayPort() = default;
  virtual void start(RelayListener& listener) = 0;
  // Requests for a line that is down are dropped: the listener has been or will be told of it.
  virtual void send(std::vector<RelayRequest> requests) = 0;
  // Signs off and closes; no call of the listener after it returns.
  virtual void stop() = 0;
};

}  // namespace spillway::net
