// Requests, well formed and not, cut and put together as the tests of the parser like.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace spillway::net::examples {

using namespace std::string_literals;

// The limits of the parser that they are for.
inline constexpr std::size_t head_max = 512;
inline constexpr std::size_t fields_max = 8;
inline constexpr std::size_t body_max = 32;

struct Example {
  std::string_view what;
  std::string text;
  std::string wanted;
};

inline std::string get(const std::string& fields) {
  return "GET / HTTP/1.1\r\n" + fields + "\r\n";
}
inline std::string post(const std::string& rest) {
  return "POST / HTTP/1.1\r\nHost: a\r\n" + rest;
}
inline std::string chunked(const std::string& body) {
  return post("Transfer-Encoding: chunked\r\n\r\n" + body);
}
inline const std::string chunked_head = "POST / Host=a Transfer-Encoding=chunked ";

inline std::vector<Example> valid_examples() {
  return {
      {"no body", get("Host: a\r\n"), "GET / Host=a [];"},
      {"a body", post("Content-Length: 3\r\n\r\nabc"), "POST / Host=a Content-Length=3 [abc];"},
      {"an empty body", post("Content-Length: 0\r\n\r\n"), "POST / Host=a Content-Length=0 [];"},
      {"a length with zeros before", post("Content-Length: 003\r\n\r\nabc"),
       "POST / Host=a Content-Length=003 [abc];"},
      {"two in a row", get("Host: a\r\n") + post("Content-Length: 1\r\n\r\nx"),
       "GET / Host=a [];POST / Host=a Content-Length=1 [x];"},
      {"an empty line before", "\r\n" + get("Host: a\r\n"), "GET / Host=a [];"},
      {"a query", "GET /v1/orders?a=1&b=?2 HTTP/1.1\r\nHost: a\r\n\r\n",
       "GET /v1/orders?a=1&b=?2 Host=a [];"},
      {"absolute-form", "GET http://a:80/b?c HTTP/1.1\r\nHost: a\r\n\r\n", "GET /b?c Host=a [];"},
      {"absolute-form without a path", "GET HTTPS://a HTTP/1.1\r\nHost: a\r\n\r\n",
       "GET / Host=a [];"},
      {"absolute-form with a query alone", "GET http://a?b HTTP/1.1\r\nHost: a\r\n\r\n",
       "GET /?b Host=a [];"},
      {"asterisk-form", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "OPTIONS * Host=a [];"},
      {"an unknown method", "BREW-it! /pot HTTP/1.1\r\nHost: a\r\n\r\n",
       "BREW-it! /pot Host=a [];"},
      {"a long method", "PROPFINDANDMORE / HTTP/1.1\r\nHost: a\r\n\r\n",
       "PROPFINDANDMORE / Host=a [];"},
      {"white space around a value", get("Host: \t a \t \r\nX:b\r\n"), "GET / Host=a X=b [];"},
      {"an empty value", get("Host: a\r\nX:\r\nY: \r\n"), "GET / Host=a X= Y= [];"},
      {"tab and UTF-8 in a value", get("Host: a\r\nX: a\tb \xc3\xa9\r\n"),
       "GET / Host=a X=a\tb \xc3\xa9 [];"},
      {"an IPv6 host", get("Host: [::1]:8080\r\n"), "GET / Host=[::1]:8080 [];"},
      {"close", get("Host: a\r\nConnection: x, Close\r\n"),
       "GET / Host=a Connection=x, Close [] close;"},
      {"HTTP/1.0", "GET / HTTP/1.0\r\n\r\n", "GET / [] close;"},
      {"HTTP/1.0 that stays", "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
       "GET / Connection=keep-alive [];"},
      {"HTTP/1.0 that says both",
       "GET / HTTP/1.0\r\nConnection: keep-alive\r\nConnection: close\r\n\r\n",
       "GET / Connection=keep-alive Connection=close [] close;"},
      {"no chunks", chunked("0\r\n\r\n"), chunked_head + "[];"},
      {"chunks", chunked("3\r\nabc\r\n00A\r\n0123456789\r\n0\r\n\r\n"),
       chunked_head + "[abc0123456789];"},
      {"chunks, then another", chunked("1\r\na\r\n0\r\n\r\n") + get("Host: b\r\n"),
       chunked_head + "[a];GET / Host=b [];"},
      {"a chunk of line breaks", chunked("4\r\n\r\n\r\n\r\n0\r\n\r\n"),
       chunked_head + "[\r\n\r\n];"},
      {"chunk extensions", chunked("1;a=\"b c\";d\r\na\r\n0;e\r\n\r\n"), chunked_head + "[a];"},
      {"trailers", chunked("1\r\na\r\n0\r\nX: 1\r\nY:2\r\n\r\n"), chunked_head + "[a];"},
      {"a coding's name in capitals", post("Transfer-Encoding: CHUNKED\r\n\r\n0\r\n\r\n"),
       "POST / Host=a Transfer-Encoding=CHUNKED [];"},
      {"the largest body", post("Content-Length: 32\r\n\r\n" + std::string(32, 'x')),
       "POST / Host=a Content-Length=32 [" + std::string(32, 'x') + "];"},
      {"the largest chunk", chunked("20\r\n" + std::string(32, 'x') + "\r\n0\r\n\r\n"),
       chunked_head + "[" + std::string(32, 'x') + "];"},
      {"a head that is not whole", "GET / HTTP/1.1\r\nHost: a\r\n", "more"},
      {"a body that is not whole", post("Content-Length: 3\r\n\r\nab"), "more"},
      {"chunks that are not whole", chunked("3\r\nabc\r\n0\r\n"), "more"},
  };
}

inline std::vector<Example> malformed_lines() {
  return {
      {"bare LF", "GET / HTTP/1.1\nHost: a\n\n", "400"},
      {"bare LF after a field", get("Host: a\nX: b\r\n"), "400"},
      {"bare LF as the blank line", "GET / HTTP/1.1\r\nHost: a\r\n\n", "400"},
      {"bare CR in a value", get("Host: a\r\nX: a\rb\r\n"), "400"},
      {"CR CR LF", get("Host: a\r\r\n"), "400"},
      {"obs-fold", get("Host: a\r\nX: b\r\n c\r\n"), "400"},
      {"obs-fold with a tab", get("Host: a\r\nX: b\r\n\tc\r\n"), "400"},
      {"white space before the first field", get(" Host: a\r\n"), "400"},
      {"white space before the colon", get("Host : a\r\n"), "400"},
      {"a tab before the colon", get("Host\t: a\r\n"), "400"},
      {"a space in a name", get("Host: a\r\nX Y: b\r\n"), "400"},
      {"no name", get("Host: a\r\n: b\r\n"), "400"},
      {"no colon", get("Host: a\r\nX\r\n"), "400"},
      {"a bracket in a name", get("Host: a\r\nX(: b\r\n"), "400"},
      {"UTF-8 in a name", get("Host: a\r\nX\xc3\xa9: b\r\n"), "400"},
      {"NUL in a value", get("Host: a\r\nX: a\0b\r\n"s), "400"},
      {"NUL in a name", get("Host: a\r\nX\0: b\r\n"s), "400"},
      {"a control character in a value", get("Host: a\r\nX: a\x01\x62\r\n"), "400"},
      {"DEL in a value", get("Host: a\r\nX: a\x7f\r\n"), "400"},
      {"two empty lines before", "\r\n\r\n" + get("Host: a\r\n"), "400"},
      {"a space before the method", " GET / HTTP/1.1\r\nHost: a\r\n\r\n", "400"},
      {"two spaces after the method", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", "400"},
      {"two spaces before the version", "GET /  HTTP/1.1\r\nHost: a\r\n\r\n", "400"},
      {"a space after the version", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n", "400"},
      {"a tab for a space", "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", "400"},
      {"a bad method token", "G@T / HTTP/1.1\r\nHost: a\r\n\r\n", "400"},
      {"no method", " / HTTP/1.1\r\nHost: a\r\n\r\n", "400"},
      {"HTTP/0.9", "GET /\r\n\r\n", "400"},
      {"no target", "GET HTTP/1.1\r\nHost: a\r\n\r\n", "400"},
      {"a small http", "GET / http/1.1\r\nHost: a\r\n\r\n", "400"},
      {"a long version", "GET / HTTP/1.11\r\nHost: a\r\n\r\n", "400"},
      {"HTTP/2.0", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", "505"},
      {"HTTP/1.2", "GET / HTTP/1.2\r\nHost: a\r\n\r\n", "505"},
      {"the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "505"},
      {"TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"s, "400"},
      {"a fragment", "GET /#a HTTP/1.1\r\nHost: a\r\n\r\n", "400"},
      {"UTF-8 in the target", "GET /\xc3\xa9 HTTP/1.1\r\nHost: a\r\n\r\n", "400"},
      {"a target without a slash", "GET a HTTP/1.1\r\nHost: a\r\n\r\n", "400"},
      {"an absolute target of another scheme", "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n", "400"},
      {"an absolute target without a host", "GET http:///b HTTP/1.1\r\nHost: a\r\n\r\n", "400"},
      {"an absolute target with a user", "GET http://a@b/ HTTP/1.1\r\nHost: b\r\n\r\n", "400"},
      {"an asterisk with GET", "GET * HTTP/1.1\r\nHost: a\r\n\r\n", "400"},
      {"CONNECT", "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", "501"},
      {"the failure after a request", get("Host: a\r\n") + "bad\r\n\r\n", "GET / Host=a [];400"},
  };
}

inline std::vector<Example> malformed_framing() {
  return {
      {"no Host", get(""), "400"},
      {"two Hosts", get("Host: a\r\nHost: a\r\n"), "400"},
      {"two Hosts of HTTP/1.0", "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", "400"},
      {"an empty Host", get("Host:\r\n"), "400"},
      {"a Host with a path", get("Host: a/b\r\n"), "400"},
      {"a Host with a user", get("Host: a@b\r\n"), "400"},
      {"a list of Hosts", get("Host: a, b\r\n"), "400"},
      {"both lengths", post("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
       "400"},
      {"both lengths the other way",
       post("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n"), "400"},
      {"both lengths in other letters",
       post("TRANSFER-encoding: Chunked\r\ncontent-LENGTH: 3\r\n\r\n0\r\n\r\n"), "400"},
      {"the same length twice", post("Content-Length: 1\r\nContent-Length: 1\r\n\r\na"), "400"},
      {"two lengths", post("Content-Length: 1\r\nContent-Length: 2\r\n\r\nab"), "400"},
      {"a list of lengths", post("Content-Length: 1, 1\r\n\r\na"), "400"},
      {"a length with a plus", post("Content-Length: +1\r\n\r\na"), "400"},
      {"a negative length", post("Content-Length: -1\r\n\r\na"), "400"},
      {"a length in hexadecimal", post("Content-Length: 0x1\r\n\r\na"), "400"},
      {"a length with a space", post("Content-Length: 1 1\r\n\r\na"), "400"},
      {"a length with a point", post("Content-Length: 1.0\r\n\r\na"), "400"},
      {"an empty length", post("Content-Length:\r\n\r\n"), "400"},
      {"a tab after a length", post("Content-Length: 1 \t \r\n\r\na"), "400"},
      {"a tab before a length", post("Content-Length: \t 1\r\n\r\na"), "400"},
      {"a tab before a coding", post("Transfer-Encoding:\tchunked\r\n\r\n0\r\n\r\n"), "400"},
      {"a tab after a coding", post("Transfer-Encoding: chunked\t\r\n\r\n0\r\n\r\n"), "400"},
      {"an overflowing length", post("Content-Length: 18446744073709551617\r\n\r\na"), "400"},
      {"a large length", post("Content-Length: 33\r\n\r\n"), "413"},
      {"the largest length", post("Content-Length: 18446744073709551615\r\n\r\n"), "413"},
      {"another coding", post("Transfer-Encoding: gzip\r\n\r\n"), "501"},
      {"another coding before", post("Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"), "501"},
      {"another coding after", post("Transfer-Encoding: chunked, identity\r\n\r\n"), "501"},
      {"identity", post("Transfer-Encoding: identity\r\n\r\n"), "501"},
      {"nearly chunked", post("Transfer-Encoding: xchunked\r\n\r\n"), "501"},
      {"chunked in quotes", post("Transfer-Encoding: \"chunked\"\r\n\r\n"), "501"},
      {"chunked with a vertical tab",
       post("Transfer-Encoding: \x0b"
            "chunked\r\n\r\n"),
       "400"},
      {"no coding", post("Transfer-Encoding:\r\n\r\n"), "501"},
      {"chunked twice", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"),
       "400"},
      {"two codings", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n"),
       "400"},
      {"chunked in HTTP/1.0",
       "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400"},
      {"another expectation", post("Expect: 200-ok\r\nContent-Length: 1\r\n\r\n"), "417"},
      {"too many fields", get("Host: a\r\na:\r\nb:\r\nc:\r\nd:\r\ne:\r\nf:\r\ng:\r\nh:\r\n"),
       "431"},
      {"a head too large", get("Host: a\r\nX: " + std::string(head_max, 'x') + "\r\n"), "431"},
      {"an endless line", std::string(head_max, 'x'), "431"},
  };
}

inline std::vector<Example> malformed_chunks() {
  return {
      {"no size", chunked("\r\n"), "400"},
      {"not hexadecimal", chunked("g\r\n"), "400"},
      {"0x before", chunked("0x1\r\na\r\n0\r\n\r\n"), "400"},
      {"a plus", chunked("+1\r\na\r\n0\r\n\r\n"), "400"},
      {"negative", chunked("-1\r\na\r\n0\r\n\r\n"), "400"},
      {"a space before", chunked(" 1\r\na\r\n0\r\n\r\n"), "400"},
      {"a space after", chunked("1 \r\na\r\n0\r\n\r\n"), "400"},
      {"a space before an extension", chunked("1 ;a\r\na\r\n0\r\n\r\n"), "400"},
      {"17 digits", chunked("10000000000000001\r\na\r\n0\r\n\r\n"), "400"},
      {"17 digits, small", chunked("00000000000000001\r\na\r\n0\r\n\r\n"), "400"},
      {"the largest size", chunked("ffffffffffffffff\r\na\r\n0\r\n\r\n"), "413"},
      {"a chunk too large", chunked("21\r\n"), "413"},
      {"chunks too large together", chunked("20\r\n" + std::string(32, 'x') + "\r\n1\r\n"), "413"},
      {"bare LF after the size", chunked("1\na\r\n0\r\n\r\n"), "400"},
      {"bare CR after the size", chunked("1\ra\r\n0\r\n\r\n"), "400"},
      {"bare LF in an extension", chunked("1;a\nb\r\na\r\n0\r\n\r\n"), "400"},
      {"bare CR in an extension", chunked("1;a\rb\r\na\r\n0\r\n\r\n"), "400"},
      {"NUL in an extension", chunked("1;a\0b\r\na\r\n0\r\n\r\n"s), "400"},
      {"more data than said", chunked("1\r\nab\r\n0\r\n\r\n"), "400"},
      {"bare LF after the data", chunked("1\r\na\n0\r\n\r\n"), "400"},
      {"no line break after the data", chunked("1\r\na0\r\n\r\n"), "400"},
      {"an endless extension", chunked("1;" + std::string(256, 'a')), "400"},
      {"a trailer without a colon", chunked("0\r\nX\r\n\r\n"), "400"},
      {"a trailer with a space before its colon", chunked("0\r\nX : 1\r\n\r\n"), "400"},
      {"a folded trailer", chunked("0\r\nX: 1\r\n 2\r\n\r\n"), "400"},
      {"a trailer that begins with a space", chunked("0\r\n X: 1\r\n\r\n"), "400"},
      {"bare LF after a trailer", chunked("0\r\nX: 1\n\r\n"), "400"},
      {"bare LF at the end", chunked("0\r\n\n"), "400"},
      {"trailers too large", chunked("0\r\nX: " + std::string(head_max, 'x') + "\r\n\r\n"), "431"},
      {"extensions too large together",
       chunked("1;" + std::string(240, 'a') + "\r\na\r\n1;" + std::string(240, 'a') +
               "\r\na\r\n1;" + std::string(240, 'a') + "\r\na\r\n0\r\n\r\n"),
       "431"},
  };
}

inline std::vector<Example> all_examples() {
  std::vector<Example> all = valid_examples();
  for (auto part : {malformed_lines(), malformed_framing(), malformed_chunks()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

}  // namespace spillway::net::examples
