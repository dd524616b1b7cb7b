// The body of an error: application/problem+json (RFC 9457).
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace spillway::net {

inline constexpr std::string_view problem_content_type = "application/problem+json";

// One bad field of a request.
struct ProblemError {
  std::string_view pointer;  // RFC 6901: "/card/number"
  std::string_view detail;
};

struct Problem {
  int status = 500;
  // `type` becomes "/problems/NAME", a relative reference that stays the same for good (RFC 9457
  // 3.1.1). Empty: "about:blank", which says no more than the status does.
  std::string_view name = {};
  // The same for all problems of that name. Empty: the status's reason.
  std::string_view title = {};
  std::string_view detail = {};               // of this occurrence; empty: left out
  std::span<const ProblemError> errors = {};  // empty: left out
};

// Of a place in a list or a stream that is none of this system's.
struct ProblemKind {
  std::string_view name;
  std::string_view title;
};
inline constexpr ProblemKind unknown_place{"place-unknown", "This place is not known here"};

// {"type":…,"title":…,"status":…,"detail":…,"errors":[{"pointer":…,"detail":…}]}. Texts are UTF-8
// and are escaped here; bytes that are not UTF-8 become U+FFFD.
std::string problem_json(const Problem& problem);

}  // namespace spillway::net
