#include "net/text/toml_reader.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <numeric>
#include <optional>

#include <fmt/format.h>

namespace spillway::net {

namespace {

struct Unit {
  std::string_view suffix;
  Duration length;
};
// Longest first, as `to_text` tries them; "ms" is looked for before "s" and "m" by its length.
constexpr std::array<Unit, 4> units = {{{"h", std::chrono::hours(1)},
                                        {"m", std::chrono::minutes(1)},
                                        {"s", std::chrono::seconds(1)},
                                        {"ms", std::chrono::milliseconds(1)}}};

// Levenshtein's distance.
std::size_t letters_apart(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

bool has_ascii_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

}  // namespace

void TomlProblems::add(std::uint32_t line, const std::string& key, const std::string& sentence) {
  std::string text = file_;
  if (line != 0) text += ":" + std::to_string(line);
  if (!key.empty()) text += ": " + key;
  found_.emplace_back(line, text + ": " + sentence);
}

std::string TomlProblems::to_text() const {
  auto by_line = found_;
  std::stable_sort(by_line.begin(), by_line.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::string text;
  for (const auto& problem : by_line) text += (text.empty() ? "" : "\n") + problem.second;
  return text;
}

TomlSection::TomlSection(const toml::table* table, std::string path, std::uint32_t line,
                         TomlProblems& problems)
    : table_(table), path_(std::move(path)), line_(line), problems_(&problems) {}

std::string TomlSection::path_of(std::string_view key) const {
  if (path_.empty()) return std::string(key);
  return path_ + (key.empty() ? "" : "." + std::string(key));
}

std::uint32_t TomlSection::line_of(std::string_view key) const {
  const toml::node* node = table_ == nullptr ? nullptr : table_->get(key);
  return node == nullptr ? line_ : node->source().begin.line;
}

void TomlSection::problem(std::string_view key, const std::string& sentence) {
  problems_->add(line_of(key), path_of(key), sentence);
}

void TomlSection::require(std::string_view key) {
  if (!has(key)) problem(key, "is missing");
}

const toml::node* TomlSection::find(std::string_view key) {
  known_.emplace_back(key);
  return table_ == nullptr ? nullptr : table_->get(key);
}

void TomlSection::read(std::string_view key, std::string& out, std::size_t length_min,
                       std::size_t length_max) {
  const toml::node* node = find(key);
  if (node == nullptr) return;
  const auto* text = node->as_string();
  if (text == nullptr) return problem(key, "must be a text in quotes");
  const std::string& value = text->get();
  if (has_ascii_control(value)) return problem(key, "must not hold control characters");
  if (value.size() < length_min && length_min == 1) return problem(key, "must not be empty");
  if (value.size() < length_min || value.size() > length_max) {
    return problem(key, "must have " +
                            (length_min == length_max ? std::to_string(length_max)
                                                      : std::to_string(length_min) + " to " +
                                                            std::to_string(length_max)) +
                            " characters");
  }
  out = value;
}

void TomlSection::read(std::string_view key, bool& out) {
  const toml::node* node = find(key);
  if (node == nullptr) return;
  const auto* value = node->as_boolean();
  if (value == nullptr) return problem(key, "must be true or false");
  out = value->get();
}

void TomlSection::read(std::string_view key, std::filesystem::path& out) {
  std::string text;
  constexpr std::size_t path_length_max = 4'095;  // PATH_MAX of Linux, without its zero
  read(key, text, 1, path_length_max);
  if (!text.empty()) out = text;
}

void TomlSection::read(std::string_view key, Duration& out, Duration min, Duration max) {
  const toml::node* node = find(key);
  if (node == nullptr) return;
  const auto* text = node->as_string();
  const auto value = text == nullptr ? std::nullopt : duration_from(text->get());
  if (!value) return problem(key, R"(must be a duration like "5s" or "200ms")");
  if (*value < min || *value > max) {
    return problem(key, "must be between " + to_text(min) + " and " + to_text(max));
  }
  out = *value;
}

void TomlSection::read_positive(std::string_view key, double& out) {
  const toml::node* node = find(key);
  if (node == nullptr) return;
  if (!node->is_number()) return problem(key, "must be a number");
  const double value = node->value<double>().value_or(0);
  // Written this way round, it refuses "nan" too.
  if (!(value > 0)) return problem(key, "must be greater than 0");
  if (value > 1e9) return problem(key, "must be at most 1000000000");
  out = value;
}

void TomlSection::read(std::string_view key, double& out, double min, double max) {
  const toml::node* node = find(key);
  if (node == nullptr) return;
  if (!node->is_number()) return problem(key, "must be a number");
  const double value = node->value<double>().value_or(0);
  // Written this way round, it refuses "nan" too.
  if (!(value >= min && value <= max)) {
    return problem(key, fmt::format("must be between {} and {}", min, max));
  }
  out = value;
}

std::optional<std::uint64_t> TomlSection::integer(std::string_view key, std::uint64_t min,
                                                  std::uint64_t max) {
  const toml::node* node = find(key);
  if (node == nullptr) return std::nullopt;
  const auto* value = node->as_integer();
  if (value == nullptr) {
    problem(key, "must be a whole number");
    return std::nullopt;
  }
  const std::int64_t number = value->get();
  if (number < 0 || static_cast<std::uint64_t>(number) < min ||
      static_cast<std::uint64_t>(number) > max) {
    problem(key, "must be between " + std::to_string(min) + " and " + std::to_string(max));
    return std::nullopt;
  }
  return static_cast<std::uint64_t>(number);
}

std::vector<TomlText> TomlSection::texts(std::string_view key) {
  std::vector<TomlText> texts;
  const toml::node* node = find(key);
  if (node == nullptr) return texts;
  const auto* array = node->as_array();
  if (array == nullptr) {
    problem(key, "must be a list of texts");
    return texts;
  }
  for (std::size_t i = 0; i < array->size(); ++i) {
    const toml::node& element = *array->get(i);
    const std::string place = path_of(key) + "[" + std::to_string(i) + "]";
    if (const auto* text = element.as_string()) {
      texts.push_back({text->get(), element.source().begin.line, place});
    } else {
      problems_->add(element.source().begin.line, place, "must be a text in quotes");
    }
  }
  return texts;
}

TomlSection TomlSection::table(std::string_view key) {
  const toml::node* node = find(key);
  if (node != nullptr && !node->is_table()) problem(key, "must be a table");
  return {node == nullptr ? nullptr : node->as_table(), path_of(key), line_of(key), *problems_};
}

std::vector<std::string> TomlSection::keys() const {
  std::vector<std::string> keys;
  if (table_ != nullptr)
    for (const auto& [key, node] : *table_) keys.emplace_back(key.str());
  return keys;
}

std::vector<TomlSection> TomlSection::tables(std::string_view key) {
  std::vector<TomlSection> sections;
  const toml::node* node = find(key);
  if (node == nullptr) return sections;
  const auto* array = node->as_array();
  if (array == nullptr || !array->is_homogeneous(toml::node_type::table)) {
    problem(key, "must be given as [[" + std::string(key) + "]]");
    return sections;
  }
  for (std::size_t i = 0; i < array->size(); ++i) {
    const toml::table* element = array->get(i)->as_table();
    sections.emplace_back(element, path_of(key) + "[" + std::to_string(i) + "]",
                          element->source().begin.line, *problems_);
  }
  return sections;
}

void TomlSection::finish() {
  if (table_ == nullptr) return;
  for (const auto& [key, node] : *table_) {
    if (std::find(known_.begin(), known_.end(), key.str()) != known_.end()) continue;
    const auto meant = nearest(key.str(), known_);
    problems_->add(key.source().begin.line, path_of(key.str()),
                   "is not a key here" + (meant ? "; did you mean " + *meant + "?" : ""));
  }
}

std::optional<Duration> duration_from(std::string_view text) {
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || count < 0) return std::nullopt;
  const std::string_view suffix(end, static_cast<std::size_t>(text.data() + text.size() - end));
  for (const Unit& unit : units) {
    if (suffix != unit.suffix) continue;
    if (count > Duration::max().count() / unit.length.count()) return std::nullopt;
    return count * unit.length;
  }
  return std::nullopt;
}

std::string to_text(Duration duration) {
  for (const Unit& unit : units) {
    if (duration.count() != 0 && duration.count() % unit.length.count() == 0) {
      return std::to_string(duration / unit.length) + std::string(unit.suffix);
    }
  }
  return std::to_string(duration.count()) + "us";
}

std::optional<std::string> nearest(std::string_view text, const std::vector<std::string>& known) {
  constexpr std::size_t letters_apart_max = 2;
  std::optional<std::string> best;
  std::size_t best_distance = letters_apart_max + 1;
  for (const std::string& candidate : known) {
    const std::size_t distance = letters_apart(text, candidate);
    if (distance >= best_distance) continue;
    best = candidate;
    best_distance = distance;
  }
  return best;
}

}  // namespace spillway::net
