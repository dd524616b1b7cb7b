// What the audit log says of something that an operator did through the API: who, what, how it
// ended.
#pragma once

#include "net/api/common/control_api.hpp"
#include "net/api/common/order_backend.hpp"
#include "storage/registry/audit_rows.hpp"

namespace spillway::actors {

// `status`: of the answer that the operator gets when it is done. `made`: the name of what is new,
// or nothing. `values`: what changed, as JSON, without anything secret; or nothing. Bodies are not
// in it, since they may hold what is secret.
storage::AuditNote audit_note(const net::ControlRequest& request, int status, std::string made,
                              Timestamp at, std::string values = {});

// {"before": …, "after": …} of two JSON texts.
std::string changed_values(const std::string& before, const std::string& after);

}  // namespace spillway::actors
