// From TOML to a Configuration. Each section is a function that reads its keys and says what is
// wrong with them; what concerns several sections together stands at the end.
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>

#include "actors/configuration.hpp"
#include "actors/toml_reader.hpp"
#include "net/mail_address.hpp"
#include "storage/private_files.hpp"

namespace spillway::actors {

namespace {

constexpr std::size_t name_length_max = 64;
constexpr std::uint64_t http_loops_max = 64;

// What must not be given twice, by where it was first given.
using Seen = std::map<std::string, std::string>;

// Says so when `value` was seen before.
bool is_new(Seen& seen, const std::string& value, const std::string& place, std::uint32_t line,
            TomlProblems& problems) {
  const auto [first, inserted] = seen.emplace(value, place);
  if (!inserted) problems.add(line, place, "is the same as " + first->second);
  return inserted;
}

bool all_digits(std::string_view text) {
  return text.find_first_not_of("0123456789") == std::string_view::npos;
}

// The characters that ISO 8583:1987 knows as "ans", in ASCII.
bool printable_ascii(std::string_view text) {
  for (const char c : text) {
    if (c < 0x20 || c > 0x7E) return false;
  }
  return true;
}

bool is_key_hash(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
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

void read_server(TomlSection section, ServerSettings& out) {
  read_address(section, "listen", out.listen, true);
  section.read("loops", out.loops, 1, http_loops_max);
  section.read("data", out.data);
  section.finish();
}

void read_merchant(TomlSection& section, net::Merchant& out) {
  for (const auto key : {"merchant", "terminal"}) section.require(key);
  section.read("merchant", out.merchant, 1, 15);
  section.read("terminal", out.terminal, 1, 8);
  section.read("category", out.category, 4, 4);
  if (!printable_ascii(out.merchant)) section.problem("merchant", "must be plain ASCII");
  if (!printable_ascii(out.terminal)) section.problem("terminal", "must be plain ASCII");
  if (!all_digits(out.category)) section.problem("category", "must be 4 digits");
}

void read_shops(TomlSection& root, Seen& hashes, Configuration& out, TomlProblems& problems) {
  Seen ids;
  for (TomlSection& section : root.tables("shops")) {
    ShopSettings shop;
    for (const auto key : {"id", "name", "key_hashes", "mail_from"}) section.require(key);
    section.read("id", shop.id.value, 1, UINT32_MAX);
    section.read("name", shop.name, 1, name_length_max);
    section.read("mail_from", shop.mail_from, 1, limits::mail_address_max);
    if (!shop.mail_from.empty() && !net::is_mail_address(shop.mail_from)) {
      section.problem("mail_from", "must be a mail address like \"orders@shop.example\"");
    }
    const bool has_hashes = section.has("key_hashes");
    shop.key_hashes = read_key_hashes(section, hashes, problems);
    if (has_hashes && shop.key_hashes.empty()) {
      section.problem("key_hashes", "must hold at least one key, or the shop cannot come in");
    }
    read_merchant(section, shop.merchant);
    if (shop.id.value != 0) {
      is_new(ids, std::to_string(shop.id.value), section.path_of("id"), section.line_of("id"),
             problems);
    }
    section.finish();
    out.shops.push_back(std::move(shop));
  }
}

void read_pacing(TomlSection& section, Pacing& out) {
  std::string kind = "immediate";
  section.read("pacing", kind, 1, name_length_max);
  section.read_positive("pace", out.per_second);
  if (kind == "paced") {
    out.kind = PacingKind::paced;
    section.require("pace");
  } else if (kind != "immediate") {
    section.problem("pacing", R"(must be "immediate" or "paced")");
  } else if (section.has("pace")) {
    section.problem("pace", R"(has a meaning only with pacing = "paced")");
  }
}

void read_companies(TomlSection& section, Seen& companies, RelaySettings& relay,
                    TomlProblems& problems) {
  section.require("companies");
  const auto texts = section.texts("companies");
  for (const TomlText& text : texts) {
    const auto company = card_company_from(text.text);
    if (!company) {
      problems.add(text.line, text.key, "must be one of VISA, MASTERCARD, JCB, AMEX, DINERS");
    } else if (is_new(companies, text.text, text.key, text.line, problems)) {
      relay.companies.push_back(*company);
    }
  }
  if (section.has("companies") && texts.empty()) {
    section.problem("companies", "must name at least one card company");
  }
}

void read_relay(TomlSection& section, RelaySettings& relay) {
  for (const auto key : {"id", "name", "host", "port", "acquirer"}) section.require(key);
  section.read("id", relay.id.value, 1, UINT16_MAX);
  section.read("name", relay.name, 1, name_length_max);
  section.read("host", relay.address.host, 1, 255);
  section.read("port", relay.address.port, 1, UINT16_MAX);
  section.read("acquirer", relay.acquirer, 1, 11);
  if (!all_digits(relay.acquirer)) section.problem("acquirer", "must be digits only");
  read_pacing(section, relay.pacing);
  section.read("answer_time_max", relay.answer_time_max, 10ms, 10min);
  section.read("line_outstanding_max", relay.line_outstanding_max, 1,
               limits::relay_outstanding_max);
  section.read("recognises_repeats", relay.recognises_repeats);
  section.read("late_window", relay.late_window, 0ms, 24h);
  section.read("doubt_tries_max", relay.doubt_tries_max, 1, 1'000);
}

void read_relays(TomlSection& root, Configuration& out, TomlProblems& problems) {
  Seen ids;
  Seen names;
  Seen companies;
  for (TomlSection& section : root.tables("relays")) {
    RelaySettings relay;
    read_relay(section, relay);
    read_companies(section, companies, relay, problems);
    if (relay.id.value != 0) {
      is_new(ids, std::to_string(relay.id.value), section.path_of("id"), section.line_of("id"),
             problems);
    }
    if (!relay.name.empty()) {
      is_new(names, relay.name, section.path_of("name"), section.line_of("name"), problems);
    }
    section.finish();
    out.relays.push_back(std::move(relay));
  }
}

void read_password(TomlSection& section, SmtpServer& server) {
  if (const char* password = std::getenv("SPILLWAY_SMTP_PASSWORD")) server.password = password;
  std::filesystem::path file;
  section.read("password_file", file);
  if (file.empty()) return;
  constexpr std::size_t password_file_size_max = 1'024;
  auto content = storage::read_private_file(file, password_file_size_max);
  if (!content) return section.problem("password_file", content.error().message);
  server.password = content->substr(0, content->find_last_not_of("\r\n") + 1);
}

void read_mail(TomlSection section, MailSettings& out) {
  std::string kind = "eml";
  section.read("kind", kind, 1, name_length_max);
  section.read("templates", out.templates_folder);
  if (!out.templates_folder.empty() && !std::filesystem::is_directory(out.templates_folder)) {
    section.problem("templates", "must be a folder that is there");
  }
  if (kind == "eml") {
    section.read("folder", out.eml_folder);
  } else if (kind == "smtp") {
    SmtpServer server;
    section.require("url");
    section.read("url", server.url, 1, 1'000);
    section.read("user", server.user, 1, 255);
    if (!server.url.empty() && !server.url.starts_with("smtp://") &&
        !server.url.starts_with("smtps://")) {
      section.problem("url", "must begin with smtp:// or smtps://");
    }
    if (server.url.find('@') != std::string::npos) {
      section.problem("url", "must not hold a user or password; see user and password_file");
    }
    read_password(section, server);
    out.server = std::move(server);
  } else {
    section.problem("kind", R"(must be "eml" or "smtp")");
  }
  section.finish();
}

void read_log(TomlSection section, LogSettings& out) {
  std::string level = "info";
  section.read("level", level, 1, name_length_max);
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

Configuration read_all(const toml::table& document, TomlProblems& problems) {
  Configuration out;
  TomlSection root(&document, "", 0, problems);
  {
    TomlSection section = root.table("system");
    section.read("id", out.system.id, 0, 31);
    section.finish();
  }
  read_server(root.table("server"), out.server);
  {
    TomlSection section = root.table("admission");
    section.read("waiting_orders_max", out.admission.waiting_orders_max, 1,
                 limits::waiting_orders_max);
    section.finish();
  }
  Seen hashes;
  {
    TomlSection section = root.table("operators");
    out.operators.key_hashes = read_key_hashes(section, hashes, problems);
    section.finish();
  }
  for (const auto key : {"shops", "relays"}) root.require(key);
  read_shops(root, hashes, out, problems);
  read_relays(root, out, problems);
  read_mail(root.table("mail"), out.mail);
  read_log(root.table("log"), out.log);
  root.finish();
  return out;
}

}  // namespace

Result<Configuration> parse_configuration(std::string_view toml, const std::string& name) {
  TomlProblems problems(name);
  try {
    const toml::table document = toml::parse(toml);
    Configuration configuration = read_all(document, problems);
    if (problems.empty()) return configuration;
  } catch (const toml::parse_error& error) {
    // The library's only way to say it; what it says of the text is kept.
    problems.add(error.source().begin.line, "", std::string(error.description()));
  }
  return Error{problems.to_text()};
}

Result<Configuration> load_configuration(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  if (!in || !(text << in.rdbuf())) return Error{file.string() + ": cannot be read"};
  return parse_configuration(text.str(), file.string());
}

}  // namespace spillway::actors
