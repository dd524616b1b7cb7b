// C++ source as the test of the tree reads it: by lines, braces and words, without a compiler.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace spillway::tree {

// The text with comments, literals and preprocessor lines blanked: what is left is code, each
// character on the line it was on.
std::string code_only(std::string_view text);

struct Include {
  std::size_t line = 0;
  std::string target;  // as it stands, with its quotes or angle brackets
};
std::vector<Include> includes_of(std::string_view text);

struct Function {
  std::size_t first_line = 0;
  std::size_t last_line = 0;
  std::size_t lines() const { return last_line - first_line + 1; }
};
// The functions with a body, at namespace or class level; what is nested in one counts as its part.
std::vector<Function> functions_of(std::string_view code);

std::size_t count_lines(std::string_view text);

}  // namespace spillway::tree
