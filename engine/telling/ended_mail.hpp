// An outcome mail that came to its end without being delivered, as operators are shown it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/telling/limits.hpp"
#include "engine/telling/outbox.hpp"

namespace spillway {

enum class MailEnd : std::uint8_t {
  refused = 1,   // by the server, for good
  given_up = 2,  // put off for limits::mail_deferred_max
  dropped = 3,   // by an operator
};
std::string_view to_text(MailEnd end);

struct EndedMail {
  DueMail mail;
  Timestamp at;
  MailEnd end = MailEnd::refused;
  std::uint32_t tries = 0;
  std::string reason;  // the last failure, without any address
  friend bool operator==(const EndedMail&, const EndedMail&) = default;
};

}  // namespace spillway
