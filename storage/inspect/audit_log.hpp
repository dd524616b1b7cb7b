// The audit log of a stopped system's data, read and checked.
#pragma once

#include <filesystem>

#include "storage/registry/audit_rows.hpp"

namespace spillway::storage {

// `data_folder`: DIR. `master_hex`: as for Keyring. As check_audit; a damaged row is an error, too.
Result<AuditSummary> read_audit(const std::filesystem::path& data_folder,
                                const std::optional<std::string>& master_hex,
                                const std::function<void(const AuditEntry&)>& show);

}  // namespace spillway::storage
