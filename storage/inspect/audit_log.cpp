#include "storage/inspect/audit_log.hpp"

#include "storage/base/data_folder.hpp"
#include "storage/keys/keyring.hpp"
#include "storage/registry/lmdb_registry.hpp"

namespace spillway::storage {

Result<AuditSummary> read_audit(const std::filesystem::path& data_folder,
                                const std::optional<std::string>& master_hex,
                                const std::function<void(const AuditEntry&)>& show) {
  const auto folder = registry_folder(data_folder);
  if (!std::filesystem::exists(folder)) return Error{"there is no registry in " + folder.string()};
  const auto keys = Keyring::look(data_folder, master_hex);
  if (!keys) return keys.error();
  auto options = LmdbRegistry::default_options();
  options.read_only = true;
  const auto registry = LmdbRegistry::open(folder, *keys, options);
  if (!registry) return registry.error();
  if (const auto rows = (*registry)->try_each(); !rows) return rows.error();
  return check_audit(**registry, show);
}

}  // namespace spillway::storage
