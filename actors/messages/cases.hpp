// What stands before a person.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/order/order.hpp"

namespace spillway::actors {

// Why an order stands before a person.
enum class CaseKind : std::uint8_t {
  unsettled = 1,  // a reversal was not settled in the configured tries, and is tried on
  lost = 2,       // attempts in a row were lost with their lines; more are made
};

// An order has one case at a time. Its name is the order's code and, where it is about an attempt,
// the attempt's number: so a word that comes late is about nothing else.
struct OpenCase {
  CaseKind kind{};
  Attempt attempt;  // 0: about the order as a whole
  OrderState order;
};

// Told by whoever has something for a person: new cases, those whose orders have changed, and the
// orders that stand before nobody any more.
struct CasesChanged {
  std::vector<OpenCase> opened;
  std::vector<OrderNumber> closed;
};

// A person's word on an order, to its shard; `token` comes back. A case of kind `unsettled` or
// `lost` has to stand in the order itself.
struct ResolveCase {
  CaseKind kind{};
  OrderNumber order;
  Attempt attempt;
  CaseOutcome outcome{};
  ApprovalCode approval_code;
  std::uint64_t token = 0;
};

// What became of it. `refusal`: why it could not be done; empty: it is done, and durable.
struct CaseSettled {
  std::uint64_t token = 0;
  std::string refusal;
  Status status{};  // of the order
};

}  // namespace spillway::actors
