// What the answers of one relay centre mean. ISO 8583:1987 leaves much of field 39 to those who
// agree on it; here stand the meanings that are safe with everybody, and what a relay centre's
// configuration says otherwise.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/money.hpp"
#include "engine/order/authorization.hpp"

namespace spillway {

// What a relay centre says about one request.
struct RelayAnswer {
  ResponseCode code;                        // field 39; empty: it was absent
  std::optional<std::int64_t> amount{};     // field 4, minor units; nothing: it was absent
  std::optional<std::uint16_t> currency{};  // field 49; nothing: it was absent
  friend bool operator==(const RelayAnswer&, const RelayAnswer&) = default;
};

class Dialect {
 public:
  // Of field 39 alone, without configuration:
  //   00                              usable
  //   01, 02                          exceeds ceiling
  //   91, 96                          come back later
  //   08, 10, 11, 16, 32, 85, 87      held unlike: approvals with a reservation
  //   09, 20, 68, 94, absent, blank   no verdict
  //   everything else                 unusable
  Answer meaning_of(const ResponseCode& code) const;

  // This relay centre means something else by the code. Not for 00, which means the same
  // everywhere.
  void set(const ResponseCode& code, Answer meaning);

 private:
  std::vector<std::pair<ResponseCode, Answer>> own_;
};

// The meaning of a whole answer to an authorization request. An approval of another amount or
// currency than was asked, or a partial one (10) that names no amount, is held_unlike.
Answer judge(const RelayAnswer& answer, const Money& asked, const Dialect& dialect);

// What the answer says that it is about; nothing when it names neither amount nor currency.
std::optional<Money> named_by(const RelayAnswer& answer, const Money& asked);

// Whether an answer to a reversal settles it: 00 reversed, 25 nothing found to reverse. 25 counts
// only once the relay centre's late window is over, since the request may still be on its way. A 00
// for another sum than was to be reversed reverses something else; `held`, what the issuer said
// that it holds, is as good as what was asked.
bool settles_reversal(const RelayAnswer& answer, const Money& asked,
                      const std::optional<Money>& held, bool late_window_over);

// The words of the configuration: approved, approval_needed, refused, come_back_later, reverse,
// in_doubt.
std::optional<Answer> meaning_from(std::string_view word);

}  // namespace spillway
