// How often the HTTP server answered what, by what was asked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace spillway::net {

// A number that the handler gave to a kind of request (HttpServer::set_kind); 0: none.
using RequestKind = std::uint16_t;
constexpr std::size_t request_kinds_max = 1'024;

struct HttpAnswerCount {
  RequestKind kind = 0;
  char status_class = '2';  // the status' first digit
  std::uint64_t count = 0;
};

// The same as the API names it. The texts live as long as the process.
struct ApiAnswerCount {
  std::string_view route;   // "/v1/orders/{order}"; empty: none
  std::string_view method;  // "POST"; empty: not read
  char status_class = '2';
  std::uint64_t count = 0;
};

}  // namespace spillway::net
