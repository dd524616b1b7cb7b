// The relay centre's ledger: each authorization request and reversal it decided on, one JSON object
// a line, for audits. docs/relay-protocol.md lists the members. A card appears as company and last
// four digits.
//
//   {"at":"2026-11-21T22:05:09.123456Z","line":1,"message":"0100","reference":"A00000012001",
//    "stan":4711,"amount":3150,"currency":"JPY","card":{"company":"VISA","last_four":"4242"},
//    "response_code":"00","approval_code":"K7P2Q9","authorized":true,"live":1,"held":3150,
//    "held_currency":"JPY"}
//
// Not thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "engine/base/money.hpp"
#include "engine/base/result.hpp"
#include "engine/base/time.hpp"
#include "sandbox/authorization_book.hpp"

namespace spillway::sandbox {

struct LedgerLine {
  Timestamp at;
  std::uint64_t line = 0;      // the connection, counted from 1
  std::string_view message;    // "0100", "0101", "0400", "0401"
  std::string_view reference;  // letters and digits
  std::uint64_t stan = 0;
  std::uint64_t amount = 0;
  Currency currency;
  std::string_view company;  // empty: the message had no card
  std::string_view last_four;
  Ruling ruling;
};

class RelayLedger {
 public:
  using OnBooked = std::function<void(const Reference&, bool reversal, const Ruling&)>;

  // Opens the file for appending (made with mode 0600) and tells all that it holds. A last line
  // that a crash cut short is removed. The error names the line that cannot be read.
  static Result<std::unique_ptr<RelayLedger>> open(const std::string& path,
                                                   const OnBooked& on_booked);
  ~RelayLedger();  // flushes

  RelayLedger(const RelayLedger&) = delete;
  RelayLedger& operator=(const RelayLedger&) = delete;

  void add(const LedgerLine& line);

  // Hands all that was added to the operating system. False when that fails; what was not written
  // is kept for the next flush.
  bool flush();

 private:
  RelayLedger(int file) : file_(file) {}
  void append_time(Timestamp time);

  int file_;
  std::string unwritten_;
  std::chrono::sys_seconds second_{};
  std::string second_text_;  // "2026-11-21T22:05:09."
};

}  // namespace spillway::sandbox
