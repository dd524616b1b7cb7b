// What the documents of the operators' API have in common, on the side that writes them and on that
// of the commands that read them. For .cpp files: nlohmann-json is a large header.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "engine/base/result.hpp"
#include "engine/base/time.hpp"
#include "net/api/common/order_json.hpp"

namespace spillway::actors {

using Json = nlohmann::ordered_json;

inline Json time_json(Timestamp at) {
  std::string text;
  net::append_timestamp(text, at);
  return text;
}

inline Json time_or_null(const std::optional<Timestamp>& at) {
  return at ? time_json(*at) : Json();
}

inline std::string text_or_dash(const Json& text) {
  return text.is_null() ? "-" : text.get<std::string>();
}

// What `read` makes of the document. The library throws for what is not there or of another type;
// here that becomes an error.
template <class Read>
auto read_json(std::string_view text, Read read)
    -> Result<std::invoke_result_t<Read, const Json&>> {
  try {
    return read(Json::parse(text));
  } catch (const Json::exception&) {
    return Error{"the answer is not that of a Spillway system"};
  }
}

// "12 (oldest 3.4 s)"
inline std::string waiting_text(const Json& waiting, const Json& oldest_age_seconds) {
  const auto count = waiting.get<std::int64_t>();
  if (count == 0) return "0";
  return fmt::format("{} (oldest {:.1f} s)", count, oldest_age_seconds.get<double>());
}

}  // namespace spillway::actors
