#include "net/http/http_parser.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "tests/net/http/http_examples.hpp"

namespace spillway::net {
namespace {

using namespace examples;
using namespace std::string_literals;

// What reading a text gave: the requests in short, then "400" or "more".
std::string summary(const HttpRequest& request) {
  std::string text(request.method_name);
  text.append(" ").append(request.path);
  if (!request.query.empty()) text.append("?").append(request.query);
  for (const HttpHeader& header : request.headers) {
    text.append(" ").append(header.name).append("=").append(header.value);
  }
  text.append(" [").append(request.body).append("]");
  return text.append(request.keep_alive ? ";" : " close;");
}

// Feeds the pieces as a connection does: what is left is kept, new bytes come behind it, and the
// memory is another one each time.
std::string read(const std::vector<std::string>& pieces) {
  HttpParser parser(head_max, fields_max, body_max);
  HttpParse parse;
  std::string result;
  std::string kept;
  for (const std::string& piece : pieces) {
    std::vector<char> bytes(kept.begin(), kept.end());
    bytes.insert(bytes.end(), piece.begin(), piece.end());
    std::size_t from = 0;
    std::size_t size = bytes.size();
    while (from < size) {
      std::size_t rest = size - from;
      const HttpParser::Outcome outcome = parser.advance(bytes.data() + from, rest, parse);
      size = from + rest;
      if (outcome == HttpParser::Outcome::failed) {
        return result + std::to_string(parser.failure().status);
      }
      if (outcome == HttpParser::Outcome::more) break;
      result += summary(parser.request());
      from += parser.request_size();
      parse = {};
    }
    kept.assign(bytes.data() + from, size - from);
  }
  return kept.empty() ? result : result + "more";
}

TEST(HttpParser, ReadsWhatIsWellFormed) {
  for (const Example& example : valid_examples()) {
    EXPECT_EQ(read({example.text}), example.wanted) << example.what;
  }
}

TEST(HttpParser, RefusesMalformedLines) {
  for (const Example& example : malformed_lines()) {
    EXPECT_EQ(read({example.text}), example.wanted) << example.what;
  }
}

TEST(HttpParser, RefusesFramingThatCouldBeReadInTwoWays) {
  for (const Example& example : malformed_framing()) {
    EXPECT_EQ(read({example.text}), example.wanted) << example.what;
  }
}

TEST(HttpParser, RefusesMalformedChunks) {
  for (const Example& example : malformed_chunks()) {
    EXPECT_EQ(read({example.text}), example.wanted) << example.what;
  }
}

TEST(HttpParser, ReadsTheSameWhereverTheBytesAreCut) {
  for (const Example& example : all_examples()) {
    for (std::size_t cut = 1; cut < example.text.size(); ++cut) {
      EXPECT_EQ(read({example.text.substr(0, cut), example.text.substr(cut)}), example.wanted)
          << example.what << ", cut at " << cut;
    }
  }
}

TEST(HttpParser, ReadsTheSameByteByByte) {
  for (const Example& example : all_examples()) {
    std::vector<std::string> pieces;
    for (const char c : example.text) pieces.emplace_back(1, c);
    EXPECT_EQ(read(pieces), example.wanted) << example.what;
  }
}

TEST(HttpParser, FindsControlCharactersAtEveryPlaceOfAWord) {
  for (std::size_t at = 0; at < 24; ++at) {
    for (int c = 0; c < 256; ++c) {
      std::string value(24, '\xff');
      value[at] = static_cast<char>(c);
      const bool allowed = (c >= 0x20 && c != 0x7f) || c == '\t';
      const std::string result = read({get("Host: a\r\nX: b" + value + "c\r\n")});
      EXPECT_EQ(result == "400", !allowed) << "character " << c << " at " << at;
    }
  }
}

TEST(HttpParser, SaysThatTheClientWaitsForContinue) {
  HttpParser parser(head_max, fields_max, body_max);
  struct Case {
    std::string text;
    bool waits;
  };
  for (const Case& example :
       {Case{post("Expect: 100-Continue\r\nContent-Length: 1\r\n\r\n"), true},
        Case{post("Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n"), true},
        Case{post("Expect: 100-continue\r\nContent-Length: 0\r\n\r\n"), false},
        Case{post("Content-Length: 1\r\n\r\n"), false},
        Case{"POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n", false}}) {
    HttpParse parse;
    std::string text = example.text;
    std::size_t size = text.size();
    parser.advance(text.data(), size, parse);
    EXPECT_EQ(parse.wants_continue, example.waits) << text;
  }
}

}  // namespace
}  // namespace spillway::net
