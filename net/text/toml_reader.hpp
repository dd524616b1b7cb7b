// Reads values out of a TOML document into settings and gathers everything that is wrong with it,
// each with file, line and key, so that a person mends a file in one go. A key that nothing asked
// for is wrong too: a misspelt limit must not silently be the default.
//
// Threads: one.
#pragma once

#include <concepts>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <toml++/toml.h>

#include "engine/base/time.hpp"

namespace spillway::net {

class TomlProblems {
 public:
  explicit TomlProblems(std::string file) : file_(std::move(file)) {}

  // `line` 0: of the file as a whole.
  void add(std::uint32_t line, const std::string& key, const std::string& sentence);

  bool empty() const { return found_.empty(); }
  std::string to_text() const;  // by line, one a line

 private:
  std::string file_;
  std::vector<std::pair<std::uint32_t, std::string>> found_;
};

// A text out of an array, with its place.
struct TomlText {
  std::string text;
  std::uint32_t line = 0;
  std::string key;  // "shops[0].key_hashes[1]"
};

// One table of the document. Every read leaves `out` as it was when the key is missing or wrong,
// and says so in the problems when it is wrong. Ends with `finish`.
class TomlSection {
 public:
  // `table` may be null: then every key is missing. Both outlive the section.
  TomlSection(const toml::table* table, std::string path, std::uint32_t line,
              TomlProblems& problems);

  bool has(std::string_view key) const { return table_ != nullptr && table_->contains(key); }
  std::uint32_t line_of(std::string_view key) const;
  std::string path_of(std::string_view key) const;  // "shops[0].id"
  void problem(std::string_view key, const std::string& sentence);

  // A key that must be there.
  void require(std::string_view key);

  // Between `length_min` and `length_max` bytes, no control characters.
  void read(std::string_view key, std::string& out, std::size_t length_min, std::size_t length_max);
  void read(std::string_view key, bool& out);
  void read(std::string_view key, std::filesystem::path& out);
  void read(std::string_view key, Duration& out, Duration min, Duration max);
  void read_positive(std::string_view key, double& out);
  void read(std::string_view key, double& out, double min, double max);

  template <std::unsigned_integral T>
  void read(std::string_view key, T& out, std::uint64_t min,
            std::uint64_t max) requires(!std::same_as<T, bool>) {
    if (const auto value = integer(key, min, max)) out = static_cast<T>(*value);
  }

  // The texts of an array; none when it is missing.
  std::vector<TomlText> texts(std::string_view key);

  TomlSection table(std::string_view key);
  std::vector<std::string> keys() const;  // those that are there, in the order of their texts
  std::vector<TomlSection> tables(std::string_view key);  // [[key]]

  // Refuses the keys that were not asked for, each with the known one that is spelt most alike.
  void finish();

 private:
  const toml::node* find(std::string_view key);
  std::optional<std::uint64_t> integer(std::string_view key, std::uint64_t min, std::uint64_t max);

  const toml::table* table_;
  std::string path_;
  std::uint32_t line_;
  TomlProblems* problems_;
  std::vector<std::string> known_;
};

// "200ms", "5s", "10m", "24h".
std::optional<Duration> duration_from(std::string_view text);
std::string to_text(Duration duration);

// The candidate that is spelt most like `text`, if one is within two letters of it.
std::optional<std::string> nearest(std::string_view text, const std::vector<std::string>& known);

}  // namespace spillway::net
