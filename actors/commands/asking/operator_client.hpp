// The command line as a client of a running system's API.
#pragma once

#include <string>

#include "engine/base/result.hpp"

namespace spillway::actors {

struct OperatorAnswer {
  long status = 0;
  std::string body;
};

// SPILLWAY_KEY; an error without it.
Result<std::string> operator_key();

// Asks the system at `url` (`path` begins with a slash). `key` is the operator's and goes into the
// Authorization field; a body goes as JSON. Blocks for up to ten seconds. An answer of 4xx or 5xx
// is an error with the problem's own sentence.
Result<OperatorAnswer> ask_as_operator(const std::string& url, const std::string& key,
                                       const std::string& method, const std::string& path,
                                       const std::string& body = {});

}  // namespace spillway::actors
