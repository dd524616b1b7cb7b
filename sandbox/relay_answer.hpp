// The frames of the sandbox relay centre's answers.
//
// Pure functions; any thread.
#pragma once

#include <string>

#include "net/relay/iso8583.hpp"
#include "sandbox/authorization_book.hpp"
#include "sandbox/oddity.hpp"

namespace spillway::sandbox {

inline bool is_reversal(net::iso8583::MessageType type) {
  using enum net::iso8583::MessageType;
  return type == reversal_request || type == reversal_repeat;
}

// The answer to a 0100, 0101, 0400 or 0401. It carries what names the request, never the card in
// the clear.
std::string answer_to(const net::iso8583::Message& request, const Ruling& ruling, Oddity oddity,
                      const net::iso8583::Dialect& dialect);

// What is said before that answer; mostly nothing.
std::string said_before(const net::iso8583::Message& request, Oddity oddity,
                        const net::iso8583::Dialect& dialect);

}  // namespace spillway::sandbox
