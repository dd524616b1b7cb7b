#include "net/mail/mail_template.hpp"

#include <algorithm>
#include <fstream>
#include <optional>

#include <simdjson.h>

#include "engine/telling/limits.hpp"

namespace spillway::net {

namespace {

constexpr std::array<std::string_view, placeholder_count> placeholder_names = {
    "shop", "contact", "buyer", "order", "reference", "card", "total", "items"};

Error at_line(const std::string& name, std::size_t line, const std::string& sentence) {
  return Error{name + ":" + std::to_string(line) + ": " + sentence};
}

std::string without_carriage_returns(std::string_view text) {
  std::string out(text);
  std::erase(out, '\r');
  return out;
}

Result<MailTemplate> load(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::string text(limits::mail_template_max + 1, '\0');
  if (!stream ||
      (!stream.read(text.data(), static_cast<std::streamsize>(text.size())) && !stream.eof())) {
    return Error{file.string() + ": the file cannot be read"};
  }
  text.resize(static_cast<std::size_t>(stream.gcount()));
  if (text.size() > limits::mail_template_max) {
    return Error{file.string() + ": the file is larger than " +
                 std::to_string(limits::mail_template_max) + " bytes"};
  }
  return MailTemplate::parse(text, file.string());
}

}  // namespace

Result<MailTemplate> MailTemplate::parse(std::string_view text, const std::string& name) {
  constexpr std::string_view prefix = "Subject: ";
  if (!simdjson::validate_utf8(text.data(), text.size())) return Error{name + ": is not UTF-8"};
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";  // of editors on Windows
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  const std::string lines = without_carriage_returns(text);
  const std::size_t first_end = lines.find('\n');
  const std::string_view first = std::string_view(lines).substr(0, first_end);
  if (!first.starts_with(prefix) ||
      first.find_first_not_of(' ', prefix.size()) == std::string_view::npos) {
    return at_line(name, 1, "the first line must be \"Subject: …\"");
  }
  if (first_end == std::string::npos || lines.compare(first_end + 1, 1, "\n") != 0) {
    return at_line(name, 2, "a blank line must follow the subject");
  }
  const std::string_view body = std::string_view(lines).substr(first_end + 2);
  if (body.find_first_not_of(" \n\t") == std::string_view::npos) {
    return at_line(name, 3, "there is no text");
  }

  MailTemplate parsed;
  auto subject = parse_pieces(first.substr(prefix.size()), name, 1);
  if (!subject) return subject.error();
  for (const Piece& piece : *subject) {
    if (piece.placeholder == static_cast<int>(Placeholder::items)) {
      return at_line(name, 1, "a table does not fit in the subject: {{items}}");
    }
  }
  auto pieces = parse_pieces(body, name, 3);
  if (!pieces) return pieces.error();
  parsed.subject_ = std::move(*subject);
  parsed.text_ = std::move(*pieces);
  return parsed;
}

Result<MailTemplate::Pieces> MailTemplate::parse_pieces(std::string_view text,
                                                        const std::string& name, std::size_t line) {
  Pieces pieces;
  std::size_t at = 0;
  while (true) {
    const std::size_t open = text.find("{{", at);
    pieces.push_back({std::string(text.substr(at, open - at)), -1});
    if (open == std::string_view::npos) return pieces;
    line += static_cast<std::size_t>(std::count(text.begin() + static_cast<std::ptrdiff_t>(at),
                                                text.begin() + static_cast<std::ptrdiff_t>(open),
                                                '\n'));
    const std::size_t close = text.find_first_of("}\n", open + 2);
    if (close == std::string_view::npos || !text.substr(close).starts_with("}}")) {
      return at_line(name, line, "a \"{{\" has no \"}}\" after it");
    }
    const std::string_view word = text.substr(open + 2, close - open - 2);
    const auto found = std::find(placeholder_names.begin(), placeholder_names.end(), word);
    if (found == placeholder_names.end()) {
      return at_line(name, line, "there is no placeholder {{" + std::string(word) + "}}");
    }
    pieces.back().placeholder = static_cast<int>(found - placeholder_names.begin());
    at = close + 2;
  }
}

std::string MailTemplate::fill(const Pieces& pieces, const PlaceholderValues& values) {
  std::string out;
  for (const Piece& piece : pieces) {
    out += piece.literal;
    if (piece.placeholder >= 0) out += values[static_cast<std::size_t>(piece.placeholder)];
  }
  return out;
}

const MailTemplate& NoticeTemplates::of(Notice notice) const {
  switch (notice) {
    case Notice::thanks:
      return thanks;
    case Notice::refusal:
      return refusal;
    case Notice::reorder:
      return reorder;
    case Notice::cancellation:
      return cancellation;
    case Notice::none:
      break;
  }
  stop_process("a mail was asked for where no notice is due", __FILE__, __LINE__);
}

const NoticeTemplates& built_in_templates() {
  static const NoticeTemplates templates = {
      MailTemplate::parse(built_in::thanks, "thanks.txt").value(),
      MailTemplate::parse(built_in::refusal, "refusal.txt").value(),
      MailTemplate::parse(built_in::reorder, "reorder.txt").value(),
      MailTemplate::parse(built_in::cancellation, "cancellation.txt").value()};
  return templates;
}

Result<NoticeTemplates> load_templates(const std::filesystem::path& folder) {
  NoticeTemplates templates;
  const std::pair<const char*, MailTemplate*> files[] = {
      {"thanks.txt", &templates.thanks},
      {"refusal.txt", &templates.refusal},
      {"reorder.txt", &templates.reorder},
      {"cancellation.txt", &templates.cancellation}};
  for (const auto& [name, target] : files) {
    auto loaded = load(folder / name);
    if (!loaded) return loaded.error();
    *target = std::move(*loaded);
  }
  return templates;
}

}  // namespace spillway::net
