#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "net/http/limits.hpp"
#include "net/text/json_reader.hpp"
#include "net/text/limits.hpp"

namespace spillway::net {
namespace {

// Whether a text is one JSON value and nothing else.
bool reads(JsonReader& json, std::string_view text) {
  return json.open(text) && json.skip() && json.finish();
}

std::string nested(std::size_t depth) {
  return std::string(depth, '[') + std::string(depth, ']');
}

struct JsonCase {
  std::string text;
  std::string fault;  // empty: it is JSON
};

TEST(JsonReader, TakesWhatIsJsonAndNothingElse) {
  const std::vector<JsonCase> cases{
      {"{}", ""},
      {" [1, -0, 2.5e-3, true, false, null, \"\", {\"a\": {}}] \n", ""},
      {R"("\"\\\/\b\f\n\r\t\u0041\u00e9\u65e5\ud83d\ude00")", ""},
      {nested(limits::json_depth_max), ""},
      {"", "it is empty"},
      {" \n\t", "it is empty"},
      {std::string(limits::http_body_max + 1, ' '), "it is too long"},
      {nested(limits::json_depth_max + 1), "it is nested too deeply"},
      {std::string(60'000, '['), "it is nested too deeply"},
      {"\"\xFF\"", "it is not UTF-8"},
      {"\"\xC0\xAF\"", "it is not UTF-8"},          // overlong '/'
      {"\"\xED\xA0\x80\"", "it is not UTF-8"},      // a surrogate
      {"\"\xF4\x90\x80\x80\"", "it is not UTF-8"},  // beyond U+10FFFF
      {"\"\xE6\x97\"", "it is not UTF-8"},          // cut short
      {"\"abc", "a text does not end"},
      {"\"a\nb\"", "a text holds a control character"},
      {std::string("\"a\0b\"", 5), "a text holds a control character"},
      {R"("\x41")", "a text holds a wrong escape"},
      {R"("\u12g4")", "a text holds a wrong escape"},
      {R"("\u12")", "a text holds a wrong escape"},
      {R"("\ud83d")", "a text holds a wrong escape"},
      {R"("\ude00")", "a text holds a wrong escape"},
      {R"("\ud83dA")", "a text holds a wrong escape"},
      {R"({"a":1,"a":1})", "a field stands twice in one object"},
      {R"({"a":1,"\u0061":1})", "a field stands twice in one object"},
      {R"([{"b":{"a":1,"b":2,"a":1}}])", "a field stands twice in one object"},
      {R"({"a":1,})", "a text is expected"},
      {R"({"a" 1})", "a colon is expected"},
      {R"({"a":"b":"c"})", "a comma or the end of the object is expected"},
      {R"({"a":1 "b":2})", "a comma or the end of the object is expected"},
      {R"({"a":1])", "a comma or the end of the object is expected"},
      {R"({a:1})", "a text is expected"},
      {R"({'a':1})", "a text is expected"},
      {R"({"a":})", "a value is expected"},
      {"[1,]", "a value is expected"},
      {"[,1]", "a value is expected"},
      {"[1 2]", "a comma or the end of the array is expected"},
      {"[1", "it ends too early"},
      {"{\"a\":1", "it ends too early"},
      {"{}{}", "something follows its end"},
      {"{} x", "something follows its end"},
      {"01", "a number is malformed"},
      {"1.", "a number is malformed"},
      {"-", "a number is malformed"},
      {"1e", "a number is malformed"},
      {"0x10", "a number is malformed"},
      {"12\"abc\"", "a number is malformed"},
      {std::string("12\0", 3), "a number is malformed"},
      {"+1", "a value is expected"},
      {".5", "a value is expected"},
      {"NaN", "a value is expected"},
      {"truex", "a word is not known"},
      {"nul", "a word is not known"},
      {"[tru]", "a word is not known"},
      {"{\xEF\xBB\xBF}", "a text is expected"},  // a byte order mark is one at the beginning only
  };
  JsonReader json;
  for (const JsonCase& c : cases) {
    const bool read = reads(json, c.text);
    EXPECT_EQ(read ? "" : json.fault().sentence, c.fault) << c.text.substr(0, 80);
  }
}

TEST(JsonReader, RefusesMoreFieldsThanItWouldCompare) {
  JsonReader json;
  for (const std::size_t count : {limits::json_fields_max, limits::json_fields_max + 1}) {
    std::string text = "{";
    for (std::size_t i = 0; i < count; ++i) {
      text.append(i == 0 ? "" : ",").append("\"").append(std::to_string(i)).append("\":0");
    }
    EXPECT_EQ(reads(json, text + "}"), count <= limits::json_fields_max) << count;
  }
}

TEST(JsonReader, PassesOverAByteOrderMark) {
  JsonReader json;
  EXPECT_TRUE(reads(json, "\xEF\xBB\xBF{\"a\":1}"));
  EXPECT_FALSE(reads(json, "\xEF\xBB\xBF"));
  EXPECT_FALSE(reads(json, "\xEF\xBB\xBF\xEF\xBB\xBF{}")) << "one, at the beginning";
  EXPECT_FALSE(reads(json, "\xEF\xBB{}"));
}

TEST(JsonReader, GivesTextsUnescaped) {
  JsonReader json;
  ASSERT_TRUE(json.open(R"(["plain", "\"\\\/\b\f\n\r\t", "\u0041\u00e9\u65e5\ud83d\ude00!", ""])"));
  std::vector<std::string_view> texts;
  ASSERT_TRUE(json.read_array([&](std::size_t) { return json.read_text(texts.emplace_back()); }));
  EXPECT_THAT(texts, testing::ElementsAre("plain", "\"\\/\b\f\n\r\t", "Aé日😀!", ""));
}

TEST(JsonReader, TellsIntegersFromOtherNumbers) {
  using Form = JsonNumber::Form;
  struct NumberCase {
    std::string text;
    Form form;
    std::int64_t value;
  };
  const std::vector<NumberCase> cases{
      {"0", Form::integer, 0},
      {"-7", Form::integer, -7},
      {"9223372036854775807", Form::integer, INT64_MAX},
      {"-9223372036854775808", Form::integer, INT64_MIN},
      {"9223372036854775808", Form::too_large, 0},
      {"99999999999999999999999999999999999999", Form::too_large, 0},
      {"1.0", Form::integer, 1},
      {"-3150.00", Form::integer, -3150},
      {"3.15e3", Form::integer, 3150},
      {"315000E-2", Form::integer, 3150},
      {"0.03150e+5", Form::integer, 3150},
      {"0.0e999999999999999999999999", Form::integer, 0},
      {"-0.0", Form::integer, 0},
      {"1e18", Form::integer, 1'000'000'000'000'000'000},
      {"9223372036854775807.0", Form::integer, INT64_MAX},
      {"-9.223372036854775808e18", Form::integer, INT64_MIN},
      {"9223372036854775808.0", Form::too_large, 0},
      {"1e19", Form::too_large, 0},
      {"1e400", Form::too_large, 0},
      {"1e999999999999999999999999", Form::too_large, 0},
      {"3150.5", Form::fraction, 0},
      {"315e-1", Form::fraction, 0},
      {"0.1", Form::fraction, 0},
      {"1e-999999999999999999999999", Form::fraction, 0},
      {"9223372036854775807.5", Form::fraction, 0},
  };
  JsonReader json;
  for (const NumberCase& c : cases) {
    JsonNumber number;
    ASSERT_TRUE(json.open(c.text) && json.read_number(number)) << c.text;
    EXPECT_EQ(number.form, c.form) << c.text;
    EXPECT_EQ(number.value, c.form == Form::integer ? c.value : number.value) << c.text;
  }
}

TEST(JsonReader, SaysWhereTheFaultIs) {
  JsonReader json;
  EXPECT_FALSE(reads(json, R"({"a": 01})"));
  EXPECT_EQ(json.fault().byte, 6u);
}

TEST(JsonReader, WipesItsCopy) {
  JsonReader json;
  std::string_view text;
  ASSERT_TRUE(json.open(R"("4242424242424242")") && json.read_text(text));
  ASSERT_EQ(text, "4242424242424242");
  json.wipe();
  EXPECT_EQ(text, std::string(16, '\0'));
}

// An independent opinion: nlohmann's parser with a look at depth, names and their number. None for
// a number beyond a double, where it stops.
std::optional<bool> nlohmann_reads(const std::string& text) {
  std::vector<std::set<std::string>> names;
  bool fits = true;
  const auto callback = [&](int, nlohmann::json::parse_event_t event, nlohmann::json& parsed) {
    using Event = nlohmann::json::parse_event_t;
    if (event == Event::object_start || event == Event::array_start) {
      names.emplace_back();
      fits &= names.size() <= limits::json_depth_max;
    } else if (event == Event::object_end || event == Event::array_end) {
      names.pop_back();
    } else if (event == Event::key) {
      fits &= names.back().insert(parsed.get<std::string>()).second;
      fits &= names.back().size() <= limits::json_fields_max;
    }
    return true;
  };
  try {
    return !nlohmann::json::parse(text, callback).is_discarded() && fits;
  } catch (const nlohmann::json::out_of_range&) {
    return std::nullopt;
  } catch (const nlohmann::json::parse_error&) {
    return false;
  }
}

TEST(JsonReader, AgreesWithAnotherParserOnMutations) {
  const std::string seed =
      R"({"reference":"A-10023","member":null,"buyer":{"name":"Ren\u00e9e \"日本\"","email":"h@e.jp"},)"
      R"("items":[{"code":"S-4","quantity":1,"unit_price":3150},{"x":[-1.5e2,true,false]}],)"
      R"("amount":3150, "card":{"number":"4242424242424242"}})";
  const std::string alphabet = "{}[]\",:\\u0123456789.eE+-tfn abA\x80\xC3\xA9\n";
  std::mt19937 random(20261121);
  const auto below = [&](std::size_t end) { return random() % end; };
  JsonReader json;
  std::size_t read = 0;
  constexpr std::size_t rounds = 60'000;
  for (std::size_t round = 0; round < rounds; ++round) {
    std::string text = seed;
    for (std::size_t i = below(3) + 1; i > 0; --i) {
      const std::size_t at = below(text.size());
      switch (below(4)) {
        case 0:
          text[at] = alphabet[below(alphabet.size())];
          break;
        case 1:
          text.erase(at, below(4) + 1);
          break;
        case 2:
          text.insert(at, 1, alphabet[below(alphabet.size())]);
          break;
        default:
          text.insert(at, seed.substr(below(seed.size()), below(12)));
          break;
      }
    }
    const bool ours = reads(json, text);
    read += ours ? 1 : 0;
    ASSERT_EQ(ours, nlohmann_reads(text).value_or(ours)) << text << "\n" << json.fault().sentence;
  }
  EXPECT_GT(read, rounds / 100) << "some mutations must still be JSON";
}

}  // namespace
}  // namespace spillway::net
