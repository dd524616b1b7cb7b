// [mail] and [webhooks]: how outcomes are told.
#include <cstdlib>

#include "actors/configuration/configuration_sections.hpp"
#include "storage/base/private_files.hpp"

namespace spillway::actors {

namespace {

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

}  // namespace

void read_mail(TomlSection section, MailSettings& out) {
  std::string kind = "eml";
  section.read("kind", kind, 1, configured_name_max);
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

void read_webhooks(TomlSection section, WebhookSettings& out) {
  constexpr std::string_view sentence = "I accept that shops have this machine called";
  std::string accepted;
  section.read("this_machine", accepted, 1, 2 * sentence.size());
  if (accepted == sentence) {
    out.reach = net::WebhookReach::and_loopback;
  } else if (!accepted.empty()) {
    section.problem("this_machine", "must be, word for word, \"" + std::string(sentence) + "\"");
  }
  section.finish();
}

}  // namespace spillway::actors
