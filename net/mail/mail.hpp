// Mail out: one message to one receiver, and how it went.
//
// Threads: `deliver` from any; the listener is called on the thread of the sender's loop.
#pragma once

#include <cstdint>
#include <string>

#include "engine/base/time.hpp"
#include "engine/order/delivery.hpp"

namespace spillway::net {

struct Mail {
  std::string message_id;  // without angle brackets, stable over retries:
                           // "3F7K9Q2MXW41.thanks@shop.example"
  std::string from_name;
  std::string from_address;
  std::string to_name;
  std::string to_address;
  std::string subject;  // UTF-8, one line
  std::string text;     // UTF-8
  Timestamp date;
};

using spillway::Delivery;
using spillway::DeliveryReport;

class MailListener {
 public:
  virtual ~MailListener() = default;
  virtual void on_delivery(std::uint64_t id, DeliveryReport report) = 0;
};

class MailPort {
 public:
  virtual ~MailPort() = default;
  virtual void start(MailListener& listener) = 0;
  virtual void deliver(std::uint64_t id, Mail mail) = 0;
  // No call of the listener after it returns; what was not finished counts as not delivered.
  virtual void stop() = 0;
};

}  // namespace spillway::net
