// What a first system and a node say to each other. docs/node-protocol.md tells the story; this is
// its vocabulary.
//
//   node → system   Hello
//   system → node   Welcome              both have shown who they are: certificate, signature
//   node → system   Proof
//   system → node   Joined               its epoch counts from here on
//   then, from the node     Report (heartbeat), Offer, Results
//   from the system         Echo (heartbeat), Want, Return, CardKeys, Merchants, Requests,
//                           Acknowledged, Drain, Lend
//   Refused ends a link, whoever says it.
//
// Numbers of lines are places in Hello::lines.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "actors/messages/authorizing.hpp"
#include "actors/messages/settling.hpp"
#include "engine/account/shop.hpp"

namespace spillway::actors::node {

// The newest version, which everybody speaks who begins a link; and the oldest that is understood,
// so that nodes can be updated after the first systems that they join. Version 2 does not say which
// sum an answer is about.
constexpr std::uint16_t protocol_version = 3;
constexpr std::uint16_t oldest_protocol_version = 2;

struct LineState {
  std::uint64_t per_second = 0;  // what it gets done; 0: nothing now
  std::uint64_t outstanding = 0;
  bool can_send = false;   // it would take new work
  std::uint64_t lent = 0;  // by this system, in force, as in Lend
  friend bool operator==(const LineState&, const LineState&) = default;
};

struct LineOffered {
  std::string relay;     // the relay centre's name
  bool borrows = false;  // its rate is what first systems lend it
};
struct Hello {
  std::string name;
  std::uint64_t incarnation = 0;  // of the process, random
  std::string nonce;
  std::string public_key;   // of a net::LinkSecret
  std::string certificate;  // PEM; empty without certificates
  std::vector<LineOffered> lines;
};
struct Welcome {
  std::uint8_t system = 0;
  std::string nonce;
  std::string public_key;
  std::string certificate;
  std::string signature;  // over `transcript`, as "system"
};
struct Proof {
  std::string signature;  // over `transcript`, as "node"
};
struct Joined {
  std::uint64_t epoch = 0;  // of all frames that follow, both ways
};
struct Refused {
  std::string reason;  // a sentence
};

struct Report {
  std::uint64_t time = 0;  // the node's, µs, comes back in the Echo
  bool draining = false;
  std::vector<LineState> lines;
};
struct Echo {
  std::uint64_t time = 0;
};

struct LinePermits {
  std::uint16_t line = 0;
  PermitUse use{};
  std::uint64_t count = 0;
};
struct Want : LinePermits {};
struct Offer : LinePermits {};
struct Return : LinePermits {};

struct CardKeys {
  struct Key {
    std::uint32_t epoch = 0;
    std::string sealed;  // with the link's secret
  };
  std::vector<Key> keys;
};
struct Merchants {
  std::vector<std::pair<ShopId, Merchant>> merchants;
};
struct Requests {
  std::uint16_t line = 0;
  std::vector<LineRequest> requests;
};

struct Results {
  std::uint64_t number = 0;  // from 1, of this node's process and this system
  std::uint16_t line = 0;
  std::vector<AnsweredOrder> answered;
  std::vector<UnansweredOrder> unanswered;
  std::vector<ReversalReply> reversals;
  std::vector<UnansweredOrder> repeats_unanswered;
};
struct Acknowledged {
  std::uint64_t number = 0;  // up to and with this one
};
struct Drain {};
struct Undrain {};
struct Lend {
  std::uint16_t line = 0;
  std::uint64_t microhertz = 0;  // requests in a million seconds; 0: none
};

using Message =
    std::variant<Hello, Welcome, Proof, Joined, Refused, Report, Echo, Want, Offer, Return,
                 CardKeys, Merchants, Requests, Results, Acknowledged, Drain, Lend, Undrain>;

std::uint64_t to_microhertz(double per_second);
double from_microhertz(std::uint64_t microhertz);

std::string encode(const Message& message, std::uint16_t version = protocol_version);
// Nothing for bytes that are no message in full. A card stays sealed on its way.
std::optional<Message> decode(std::string_view bytes, std::uint16_t version = protocol_version);

// What a card key is sealed with beside: which key it is.
std::string card_key_label(std::uint32_t epoch);

// What both sign: everything said so far, and as whom.
std::string transcript(std::string_view role, const Hello& hello, const Welcome& welcome);

}  // namespace spillway::actors::node
