// Why a request is not taken (RFC 9457): what a client is told of each bad field.
#pragma once

#include <string>
#include <vector>

namespace spillway::net {

struct FieldError {
  std::string pointer;  // RFC 6901: "/items/3/quantity"
  std::string detail;   // "must be at least 1"
};

struct Refusal {
  int status = 400;  // 400: not to be read as a request; 422: read, and its fields are wrong
  std::string detail;
  std::vector<FieldError> errors;
};

}  // namespace spillway::net
