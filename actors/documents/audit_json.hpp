// The audit log as GET /v1/audit shows it and `spillway audit` makes it readable.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"
#include "storage/registry/audit_rows.hpp"

namespace spillway::actors {

// {"number": 7, "at": "2026-…", "key": "0123456789ab", "method": "PUT",
//  "path": "/v1/relays/east/pace", "status": 200, "made": "", "values": {"before": …, "after": …}}
// values null: the entry has none.
std::string audit_entry_json(const storage::AuditEntry& entry);

// {"entries": […], "next": 57}: next is null when fewer than `limit` are there.
std::string audit_json(const std::vector<storage::AuditEntry>& entries, std::size_t limit);

// A line for people.
std::string audit_entry_text(const storage::AuditEntry& entry);

// Lines of what audit_json gives. An error when `json` is something else.
Result<std::string> audit_text(std::string_view json);

}  // namespace spillway::actors
