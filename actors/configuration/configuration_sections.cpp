// What several sections of the configuration share, and the short ones.
#include "actors/configuration/configuration_sections.hpp"

namespace spillway::actors {

namespace {

bool is_key_hash(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

bool is_new(Seen& seen, const std::string& value, const std::string& place, std::uint32_t line,
            TomlProblems& problems) {
  const auto [first, inserted] = seen.emplace(value, place);
  if (!inserted) problems.add(line, place, "is the same as " + first->second);
  return inserted;
}

bool all_digits(std::string_view text) {
  return text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool printable_ascii(std::string_view text) {
  for (const char c : text) {
    if (c < 0x20 || c > 0x7E) return false;
  }
  return true;
}

void read_address(TomlSection& section, std::string_view key, Address& out, bool host_in_digits) {
  std::string text;
  section.read(key, text, 1, 300);
  if (text.empty()) return;
  const auto address = address_from(text);
  if (!address || (host_in_digits && !is_numeric_host(address->host))) {
    return section.problem(key, R"(must be an address like "127.0.0.1:8080" or "[::1]:8080")");
  }
  out = *address;
}

std::vector<std::string> read_key_hashes(TomlSection& section, Seen& seen, TomlProblems& problems) {
  std::vector<std::string> hashes;
  for (const TomlText& text : section.texts("key_hashes")) {
    if (!is_key_hash(text.text)) {
      problems.add(text.line, text.key,
                   "must be the 64 hexadecimal digits that spillway hash-key prints");
    } else if (is_new(seen, text.text, text.key, text.line, problems)) {
      hashes.push_back(text.text);
    }
  }
  return hashes;
}

void read_log(TomlSection section, LogSettings& out) {
  std::string level = "info";
  section.read("level", level, 1, configured_name_max);
  const std::map<std::string_view, LogLevel> levels = {{"debug", LogLevel::debug},
                                                       {"info", LogLevel::info},
                                                       {"warning", LogLevel::warning},
                                                       {"error", LogLevel::error}};
  if (const auto found = levels.find(level); found != levels.end()) {
    out.level = found->second;
  } else {
    section.problem("level", R"(must be "debug", "info", "warning" or "error")");
  }
  section.finish();
}

}  // namespace spillway::actors
