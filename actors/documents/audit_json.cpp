#include "actors/documents/audit_json.hpp"

#include "actors/base/json_text.hpp"

namespace spillway::actors {

namespace {

Json to_json(const storage::AuditEntry& entry) {
  const storage::AuditNote& note = entry.note;
  Json values = Json::parse(note.values, nullptr, /*allow_exceptions=*/false);
  return {{"number", entry.number}, {"at", time_json(note.at)},
          {"key", note.key_id},     {"method", note.method},
          {"path", note.path},      {"status", note.status},
          {"made", note.made},      {"values", values.is_discarded() ? Json() : std::move(values)}};
}

std::string line_of(const Json& entry) {
  const std::string made = entry.at("made").get<std::string>();
  const Json& values = entry.at("values");
  return fmt::format("{:>8}  {}  {:<12}  {:<6}  {}  {}{}{}{}{}\n",
                     entry.at("number").get<std::uint64_t>(), entry.at("at").get<std::string>(),
                     entry.at("key").get<std::string>(), entry.at("method").get<std::string>(),
                     entry.at("path").get<std::string>(), entry.at("status").get<int>(),
                     made.empty() ? "" : "  ", made, values.is_null() ? "" : "  ",
                     values.is_null() ? "" : values.dump());
}

}  // namespace

std::string audit_entry_json(const storage::AuditEntry& entry) {
  return to_json(entry).dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string audit_json(const std::vector<storage::AuditEntry>& entries, std::size_t limit) {
  Json list = Json::array();
  for (const storage::AuditEntry& entry : entries) list.push_back(to_json(entry));
  Json next;
  if (entries.size() == limit) next = entries.back().number;
  return Json{{"entries", std::move(list)}, {"next", std::move(next)}}.dump(
      -1, ' ', false, Json::error_handler_t::replace);
}

std::string audit_entry_text(const storage::AuditEntry& entry) {
  return line_of(to_json(entry));
}

Result<std::string> audit_text(std::string_view json) {
  return read_json(json, [](const Json& all) {
    std::string text;
    for (const Json& entry : all.at("entries")) text += line_of(entry);
    return text;
  });
}

}  // namespace spillway::actors
