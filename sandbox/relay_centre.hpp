// A relay centre to try against, over the real wire (docs/relay-protocol.md): the acquirer's
// gateway, with the published test cards, latency, a rate limit of its own, and faults by chance.
//
// It treats references as a real one does: a repeat gets the answer that was given, a reversed
// reference is never authorized again. An answer leaves only after its line in the ledger is with
// the operating system, and a relay centre that starts with a ledger knows all that stands in it:
// killed at any moment, it has authorized what the ledger says and nothing else.
//
// With a TLS context its lines are under TLS; one that trusts a CA asks them for a certificate.
//
// It takes requests from lines that did not sign on. What it cannot read makes it drop the line.
//
// Threads: one loop; the public functions from any thread but the loop's.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "sandbox/authorization_book.hpp"
#include "sandbox/relay_centre_options.hpp"

namespace spillway::net {
class EventLoop;
}

namespace spillway::sandbox {

struct RelayCentreCounts {
  std::uint64_t authorizations = 0;  // 0100 that were seen
  std::uint64_t repeats = 0;         // 0101
  std::uint64_t reversals = 0;       // 0400, 0401
  std::uint64_t sign_ons = 0;
  std::uint64_t echoes = 0;
  std::uint64_t sign_offs = 0;
  std::uint64_t refused = 0;     // its own 0800 that were not answered 00
  std::uint64_t unreadable = 0;  // lines dropped for what came on them
  std::uint64_t lines = 0;       // open now
};

class RelayCentre {
 public:
  // The loop outlives the relay centre.
  RelayCentre(net::EventLoop& loop, RelayCentreOptions options);
  ~RelayCentre();  // stops

  // Reads the ledger and listens; gives the port. The error says what cannot be read or bound. It
  // may be started once.
  Result<std::uint16_t> start();

  // Drops all lines and closes the ledger. Answers that waited for their time do not leave.
  void stop();

  // For tests: authorizations that stand under a reference, or under any.
  std::uint8_t live(const Reference& reference) const;
  std::vector<LiveAuthorization> all_live() const;
  RelayCentreCounts counts() const;

 private:
  struct Office;
  net::EventLoop& loop_;
  std::unique_ptr<Office> office_;
};

}  // namespace spillway::sandbox
