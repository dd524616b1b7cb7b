#include "tests/tree/source_text.hpp"

#include <algorithm>
#include <cctype>
#include <regex>

namespace spillway::tree {

namespace {

// Copies a text and blanks what is not code.
class Blanker {
 public:
  explicit Blanker(std::string_view text) : text_(text), code_(text) {}

  std::string run() {
    bool line_is_empty = true;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (starts("//")) {
        blank_line(false);
      } else if (starts("/*")) {
        blank_until("*/", 2);
      } else if (c == '#' && line_is_empty) {
        blank_line(true);
      } else if (c == '"' && at_ > 0 && text_[at_ - 1] == 'R') {
        const std::size_t open = text_.find('(', at_);
        blank_until(")" + std::string(text_.substr(at_ + 1, open - at_ - 1)) + "\"", 1);
      } else if (c == '"' || (c == '\'' && !separates_digits())) {
        blank_literal(c);
      } else {
        ++at_;
      }
      if (c == '\n') {
        line_is_empty = true;
      } else if (c != ' ') {
        line_is_empty = false;
      }
    }
    return std::move(code_);
  }

 private:
  bool starts(std::string_view word) const { return text_.substr(at_, word.size()) == word; }

  bool separates_digits() const {
    return at_ > 0 && std::isxdigit(static_cast<unsigned char>(text_[at_ - 1])) != 0;
  }

  void blank() {
    if (text_[at_] != '\n') code_[at_] = ' ';
    ++at_;
  }

  void blank_line(bool continued) {
    while (at_ < text_.size() && text_[at_] != '\n') {
      const bool goes_on = continued && starts("\\\n");
      blank();
      if (goes_on) blank();
    }
  }

  void blank_until(std::string_view end, std::size_t skip) {
    const std::size_t found = text_.find(end, at_ + skip);
    const std::size_t stop =
        std::min(text_.size(), found == std::string_view::npos ? text_.size() : found + end.size());
    while (at_ < stop) blank();
  }

  void blank_literal(char quote) {
    blank();
    while (at_ < text_.size() && text_[at_] != quote && text_[at_] != '\n') {
      if (text_[at_] == '\\') blank();
      if (at_ < text_.size()) blank();
    }
    if (at_ < text_.size()) blank();
  }

  std::string_view text_;
  std::string code_;
  std::size_t at_ = 0;
};

// What a brace opens, told from the text since the last statement or brace.
enum class Scope { container, function, initializer, member_initializer };

Scope scope_of(const std::string& header) {
  static const std::regex container(
      R"(^\s*(template\s*<.*>\s*)?((inline|static|constexpr|typedef)\s+)*)"
      R"((namespace|class|struct|union|enum)\b[^=]*$)");
  static const std::regex name_space(R"(\bnamespace(\s+[\w:]+)?\s*$)");  // a macro may come before
  static const std::regex linkage(R"(^\s*extern\s*$)");
  static const std::regex member(R"(\)\s*(noexcept\s*)?:[^:].*[\w>]\s*$)");
  if (std::regex_search(header, name_space)) return Scope::container;
  if (std::regex_search(header, linkage)) return Scope::container;
  if (std::regex_search(header, container)) return Scope::container;
  if (std::regex_search(header, member)) return Scope::member_initializer;
  int depth = 0;
  bool has_parameters = false;
  for (std::size_t i = 0; i < header.size(); ++i) {
    if (header.compare(i, 8, "operator") == 0) {
      i += 8;
      while (i < header.size() && header[i] != '(') ++i;
      if (header.compare(i, 2, "()") == 0) i += 2;
    }
    if (i >= header.size()) break;
    if (header[i] == '(') {
      ++depth;
      has_parameters = true;
    }
    if (header[i] == ')') --depth;
    if (header[i] == '=' && depth == 0) return Scope::initializer;
  }
  return has_parameters ? Scope::function : Scope::initializer;
}

}  // namespace

std::string code_only(std::string_view text) {
  return Blanker(text).run();
}

std::vector<Include> includes_of(std::string_view text) {
  static const std::regex pattern(R"(^\s*#\s*include\s*([<"][^>"]+[>"]))");
  std::vector<Include> includes;
  std::size_t line = 0;
  while (!text.empty()) {
    ++line;
    const std::size_t end = std::min(text.find('\n'), text.size() - 1);
    const std::string content(text.substr(0, end));
    text.remove_prefix(end + 1);
    std::smatch match;
    if (std::regex_search(content, match, pattern)) includes.push_back({line, match[1]});
  }
  return includes;
}

std::vector<Function> functions_of(std::string_view code) {
  struct Open {
    Scope scope;
    std::size_t first_line;
  };
  std::vector<Function> functions;
  std::vector<Open> open;
  std::size_t nested = 0;  // braces within a function or an initializer
  std::string header;
  std::size_t line = 1;
  std::size_t header_line = 1;
  for (const char c : code) {
    if (c == '\n') ++line;
    if (nested > 0) {
      if (c == '{') ++nested;
      if (c != '}' || --nested > 0) continue;
      if (open.back().scope == Scope::function) functions.push_back({open.back().first_line, line});
      if (open.back().scope == Scope::member_initializer) {
        header.push_back(c);
      } else {
        header.clear();
      }
      open.pop_back();
    } else if (c == '{') {
      const Scope scope = scope_of(header);
      open.push_back({scope, header_line});
      nested = scope == Scope::container ? 0 : 1;
      if (scope == Scope::container) header.clear();
    } else if (c == ';' || c == '}') {
      if (c == '}' && !open.empty()) open.pop_back();
      header.clear();
    } else if (!header.empty() || !std::isspace(static_cast<unsigned char>(c))) {
      if (header.empty()) header_line = line;
      header.push_back(c == '\n' ? ' ' : c);
    }
  }
  return functions;
}

std::size_t count_lines(std::string_view text) {
  const auto ends = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  return text.empty() || text.back() == '\n' ? ends : ends + 1;
}

}  // namespace spillway::tree
