// Requests beside the orders that come again under their Idempotency-Key (IETF draft "The
// Idempotency-Key HTTP Header Field").
#pragma once

#include <array>
#include <optional>
#include <string>

#include "net/api/common/order_backend.hpp"
#include "net/http/ticket.hpp"

namespace spillway::net {

// What a POST is known by when it comes again.
struct RepeatableRequest {
  Ticket ticket;
  std::string name;        // whose it is, its path and its key
  std::string credential;  // that it came with, as the API shows it (key_id)
  // Made of the name, the credential itself and the body. It is kept nowhere: only whoever sends
  // the same again has it, so what is sealed under it only he can be told again.
  std::array<unsigned char, 32> secret{};
};

class RepeatBook {
 public:
  virtual ~RepeatBook() = default;

  // The answer, when it repeats a request that was done, or one with its key is under way. Nothing:
  // it is new, and under way until its ticket is answered or forgotten. On a loop's thread.
  virtual std::optional<ApiAnswer> begin(const RepeatableRequest& request) = 0;

  // The request of that ticket was refused before anybody was asked.
  virtual void forget(Ticket ticket) = 0;
};

}  // namespace spillway::net
