// The body of POST /v1/cases/{case}/resolve:
//   {"outcome": "not_charged", "note": "asked Mr Ito at East Relay: nothing under A00000012001"}
//   {"outcome": "authorized", "approval_code": "K7P2Q9", "note": "…"}
#pragma once

#include <memory>
#include <string>

#include "engine/base/result.hpp"
#include "engine/order/events.hpp"
#include "net/api/common/control_api.hpp"

namespace spillway::net {

constexpr std::size_t case_note_max = 1'000;  // bytes

struct CaseRequest : ControlBody {
  CaseOutcome outcome{};
  std::string note;            // whom the operator asked, and what was said
  ApprovalCode approval_code;  // may come with `authorized`
};

Result<std::shared_ptr<ControlBody>, Refusal> read_case_resolution(JsonReader& json, HttpMethod,
                                                                   std::string_view body);

}  // namespace spillway::net
