// The measures of the test of the tree, measured.
#include "tests/tree/source_text.hpp"

#include <gtest/gtest.h>

namespace spillway::tree {
namespace {

TEST(SourceText, IsCodeWithoutCommentsLiteralsAndPreprocessor) {
  const std::pair<std::string_view, std::string_view> table[] = {
      {"a; // b {\nc", "a;       \nc"},
      {"a /* { \n } */ b", "a      \n      b"},
      {"f(\"{\\\"}\", '}')", "f(      ,    )"},
      {"n = 1'000; c = '{';", "n = 1'000; c =    ;"},
      {"  #define X { \\\n  {\nb", "               \n   \nb"},
      {"x = R\"e({\")\" })e\"; y", "x = R            ; y"},
  };
  for (const auto& [text, code] : table) EXPECT_EQ(code_only(text), code) << text;
}

TEST(SourceText, NamesItsIncludes) {
  const auto includes =
      includes_of("#include <a>\n\n  # include \"b/c.hpp\"  // why\n// #include <d>");
  ASSERT_EQ(includes.size(), 2U);
  EXPECT_EQ(includes[0].target, "<a>");
  EXPECT_EQ(includes[1].target, "\"b/c.hpp\"");
  EXPECT_EQ(includes[1].line, 3U);
}

TEST(SourceText, KnowsWhereItsFunctionsBeginAndEnd) {
  struct Case {
    std::string_view code;
    std::vector<std::size_t> lines;  // of each function
  };
  const Case cases[] = {
      {"void f();\nint x = 1;\n", {}},
      {"void f() {\n}\n", {2}},
      {"namespace n {\nvoid f(int a = 1)\n{\n if (a) {\n }\n}\nint g() { return 1; }\n}\n", {5, 1}},
      {"struct S : T {\n int f() const { return 1; }\n int x{1};\n};\nvoid f() {\n}\n", {1, 2}},
      {"template <class T>\nT f() {\n auto g = [] {\n };\n}\n", {5}},
      {"constexpr auto table = make({\n {1},\n {2},\n});\nvoid f() {\n}\n", {2}},
      {"S::S() : a_{1},\n  b_(2), c_{3} {\n f();\n}\nvoid f() {\n}\n", {4, 2}},
      {"bool operator==(const S& a) {\n}\nvoid operator()() {\n}\n", {2, 2}},
      {"MACRO(a::b)\nnamespace a::b {\nvoid f() {\n}\n}\n", {2}},
      {"enum class E { a, b };\nE f(E e) {\n}\n", {2}},
      {"extern    {\nvoid f() {\n}\n}\nvoid g() {\n\n}\n", {2, 3}},
  };
  for (const Case& c : cases) {
    std::vector<std::size_t> lines;
    for (const Function& function : functions_of(c.code)) lines.push_back(function.lines());
    EXPECT_EQ(lines, c.lines) << c.code;
  }
}

TEST(SourceText, CountsItsLines) {
  EXPECT_EQ(count_lines(""), 0U);
  EXPECT_EQ(count_lines("a"), 1U);
  EXPECT_EQ(count_lines("a\n"), 1U);
  EXPECT_EQ(count_lines("a\nb"), 2U);
}

}  // namespace
}  // namespace spillway::tree
