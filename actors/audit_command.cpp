// `spillway audit`: what operators did, and that nobody changed what is written of it.
#include <cstdlib>
#include <ostream>

#include <fmt/format.h>

#include "actors/commands.hpp"
#include "actors/receipt_content.hpp"
#include "net/order_json.hpp"
#include "storage/audit_log.hpp"
#include "storage/keyring.hpp"

namespace spillway::actors {

int run(const AuditCommand& command, std::ostream& out, std::ostream& error) {
  const char* const master = std::getenv(storage::Keyring::environment_name);
  const auto checked = storage::read_audit(
      command.data, master == nullptr ? std::nullopt : std::optional<std::string>(master),
      [&out](const storage::AuditEntry& entry) {
        const storage::AuditNote& note = entry.note;
        std::string at;
        net::append_timestamp(at, note.at);
        out << fmt::format("{:>8}  {}  {:<12}  {:<6}  {}  {}{}{}\n", entry.number, at, note.key_id,
                           note.method, note.path, note.status, note.made.empty() ? "" : "  ",
                           note.made);
      });
  if (!checked) {
    error << "spillway: " << checked.error().message << '\n';
    return exit_failed;
  }
  out << "good: " << checked->entries << " entries";
  if (checked->entries != 0) out << ", the last with hash " << to_hex(checked->last);
  out << '\n';
  return exit_well;
}

}  // namespace spillway::actors
