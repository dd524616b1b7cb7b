// `spillway audit`: what operators did, and, of a stopped system's data, that nobody changed what
// is written of it.
#include <algorithm>
#include <cstdlib>
#include <ostream>

#include "actors/base/json_text.hpp"
#include "actors/commands/asking/exit_code.hpp"
#include "actors/commands/asking/operator_client.hpp"
#include "actors/commands/data/commands.hpp"
#include "actors/documents/audit_json.hpp"
#include "actors/documents/receipt_content.hpp"
#include "engine/order/limits.hpp"
#include "storage/inspect/audit_log.hpp"
#include "storage/keys/keyring.hpp"

namespace spillway::actors {

namespace {

constexpr std::size_t page_max = limits::list_page_max;

struct Page {
  std::string text;
  std::size_t entries = 0;
  std::optional<std::uint64_t> next{};
};

Result<Page> page_of(const std::string& body, bool json) {
  return read_json(body, [&](const Json& all) {
    Page page;
    page.entries = all.at("entries").size();
    if (!all.at("next").is_null()) page.next = all.at("next").get<std::uint64_t>();
    if (json)
      for (const Json& entry : all.at("entries")) page.text += entry.dump() + "\n";
    else if (const auto lines = audit_text(body))
      page.text = *lines;
    return page;
  });
}

int ask_running(const AuditCommand& command, std::ostream& out, std::ostream& error) {
  const auto key = operator_key();
  if (!key) return fail(error, key.error().message);
  std::uint64_t after = command.after;
  std::size_t left = command.limit == 0 ? SIZE_MAX : command.limit;
  bool any = false;
  for (;;) {
    const auto answer = ask_as_operator(command.url, *key, "GET",
                                        "/v1/audit?after=" + std::to_string(after) +
                                            "&limit=" + std::to_string(std::min(left, page_max)));
    if (!answer) return fail(error, answer.error().message);
    const auto page = page_of(answer->body, command.json);
    if (!page) return fail(error, command.url + ": " + page.error().message);
    out << page->text;
    left -= std::min(left, page->entries);
    any = any || page->entries != 0;
    if (!any && !page->next && !command.json)
      out << "there is no entry"
          << (command.after == 0 ? "" : " after " + std::to_string(command.after)) << '\n';
    if (!page->next || left == 0) return exit_well;
    after = *page->next;
  }
}

}  // namespace

int run(const AuditCommand& command, std::ostream& out, std::ostream& error) {
  if (!command.url.empty()) return ask_running(command, out, error);
  const char* const master = std::getenv(storage::Keyring::environment_name);
  const auto checked = storage::read_audit(
      command.data, master == nullptr ? std::nullopt : std::optional<std::string>(master),
      [&](const storage::AuditEntry& entry) {
        if (command.json)
          out << audit_entry_json(entry) << '\n';
        else
          out << audit_entry_text(entry);
      });
  if (!checked) return fail(error, checked.error().message);
  if (command.json) return exit_well;
  out << "good: " << checked->entries << " entries";
  if (checked->entries != 0) out << ", the last with hash " << to_hex(checked->last);
  out << '\n';
  return exit_well;
}

}  // namespace spillway::actors
