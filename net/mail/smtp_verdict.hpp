// What a mail server's answer means, and for whom: the table of docs/mail.md.
//
// Who is spoken of follows from the step that was refused (RFC 5321 3.3): connecting, greeting,
// EHLO, TLS and log-in are the server's and ours; MAIL the sender's; RCPT the recipient's; DATA and
// the final dot the message's. The enhanced status code (RFC 3463; its registry) says it better
// where it is there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/order/delivery.hpp"
#include "engine/telling/limits.hpp"

namespace spillway::net {

enum class SmtpPhase : std::uint8_t {
  connection = 1,  // with greeting, EHLO and STARTTLS
  log_in = 2,
  sender = 3,     // MAIL
  recipient = 4,  // RCPT
  message = 5,    // DATA and the final dot
};

struct SmtpFailure {
  SmtpPhase phase = SmtpPhase::connection;
  int code = 0;           // 4xx or 5xx; 0: no answer came
  std::string_view text;  // of the answer, after the code
};

// RFC 3463 2: class.subject.detail at the beginning of an answer's text.
struct EnhancedStatus {
  int kind = 0;  // 2, 4 or 5
  int subject = 0;
  int detail = 0;
  friend bool operator==(const EnhancedStatus&, const EnhancedStatus&) = default;
};
std::optional<EnhancedStatus> enhanced_status(std::string_view text);

// Never Delivery::delivered.
Delivery judge(const SmtpFailure& failure);

// An answer as it may be logged and shown: printable ASCII, at most limits::mail_reason_max bytes,
// without anything that looks like a mail address, without `address` and its local part, and
// without runs of digits as long as a card's.
std::string told_reason(std::string_view answer, std::string_view address);

}  // namespace spillway::net
