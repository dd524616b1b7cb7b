// The body of POST /v1/orders/{order}/approval: {"approved": true, "approval_code": "A12345"}.
#pragma once

#include <string_view>

#include "engine/base/result.hpp"
#include "engine/order/authorization.hpp"
#include "net/text/field_reader.hpp"
#include "net/text/json_reader.hpp"

namespace spillway::net {

struct ApprovalRequest {
  bool approved = false;
  ApprovalCode approval_code;  // 1 to 6 letters and digits (ISO 8583:1987 field 38); empty when not
                               // approved
};

// Up to 6 letters and digits (ISO 8583:1987 field 38).
bool is_approval_code(std::string_view text);

// 400: not a JSON object. 422: `errors` names every bad field.
Result<ApprovalRequest, Refusal> read_approval_request(JsonReader& json, std::string_view body);

}  // namespace spillway::net
