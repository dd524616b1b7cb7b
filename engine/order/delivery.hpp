// How an outcome mail fared with the mail server, by whose affair it is: that decides who waits.
#pragma once

#include <cstdint>
#include <string>

namespace spillway {

enum class Delivery : std::uint8_t {
  delivered = 1,  // the server took it
  deferred = 2,   // this recipient or message, for now: this mail waits, alone
  refused = 3,    // this recipient or message, for good
  denied = 4,     // refused by a rule that may speak of this recipient or of us (5.7.x at RCPT)
  sender = 5,     // mails from this sender are not taken: quota, policy
  server = 6,     // the server is away, or does not let us in: all mail waits
};

struct DeliveryReport {
  Delivery delivery{};
  // What the server said, or what went wrong, for operators. It holds no mail address. Of a mail
  // that was delivered: something beside it that a person should know; mostly empty.
  std::string reason{};
};

}  // namespace spillway
