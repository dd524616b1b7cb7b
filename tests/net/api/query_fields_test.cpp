#include "net/api/common/query_fields.hpp"

#include <array>

#include <gtest/gtest.h>

namespace spillway::net {
namespace {

constexpr std::array<std::string_view, 2> names{"state", "limit"};

TEST(QueryFields, ReadsWhatIsThere) {
  EXPECT_TRUE(read_query_fields("", names).value().empty());
  const auto fields = read_query_fields("state=a%2Fb+c&&limit=20", names).value();
  EXPECT_EQ(fields.at("state"), "a/b c");
  EXPECT_EQ(read_page_limit(fields).value(), 20u);
  EXPECT_EQ(read_page_limit(read_query_fields("limit=&state", names).value()).value(), 50u);
}

TEST(QueryFields, NamesWhatIsWrongAndSaysNoDigitsBack) {
  const struct {
    const char* query;
    const char* sentence;
  } rows[] = {
      {"colour=red", "There is no parameter \"colour\"."},
      {"4242424242424242", "There is an unknown parameter."},
      {"state=a&state=b", "\"state\" stands twice."},
      {"state=%2", "\"state\" holds a broken escape."},
  };
  for (const auto& row : rows)
    EXPECT_EQ(read_query_fields(row.query, names).error().message, row.sentence) << row.query;
  for (const char* limit : {"0", "501", "-1", "5x", "1e2", " 5"})
    EXPECT_FALSE(read_page_limit({{"limit", limit}})) << limit;
}

}  // namespace
}  // namespace spillway::net
