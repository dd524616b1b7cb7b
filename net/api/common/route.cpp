#include "net/api/common/route.hpp"

#include <charconv>

#include <simdjson.h>

namespace spillway::net {

namespace {

// The character that the three at the beginning of `rest` stand for; negative: they stay.
int decoded(std::string_view rest) {
  unsigned character = 0;
  if (rest.size() < 3 || rest[0] != '%') return -1;
  const auto [end, error] = std::from_chars(rest.data() + 1, rest.data() + 3, character, 16);
  if (error != std::errc() || end != rest.data() + 3) return -1;
  return character < 0x20 || character == 0x7F || character == '/' ? -1
                                                                   : static_cast<int>(character);
}

std::string_view take_segment(std::string_view& path) {
  const std::size_t slash = path.find('/');
  const std::string_view segment = path.substr(0, slash);
  path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
  return segment;
}

// Whether the path has the pattern, and what stands for its names then.
bool fits(std::string_view pattern, std::string_view path, MatchedRoute& matched) {
  const std::size_t literal = pattern.find('{');
  if (literal == std::string_view::npos) return pattern == path;
  if (!path.starts_with(pattern.substr(0, literal))) return false;
  pattern.remove_prefix(literal);
  path.remove_prefix(literal);
  matched.names = 0;
  // An empty rest on one side only: the other has more segments, or a slash at its end.
  while (!pattern.empty() && !path.empty()) {
    const bool more_in_pattern = pattern.find('/') != std::string_view::npos;
    const bool more_in_path = path.find('/') != std::string_view::npos;
    const std::string_view expected = take_segment(pattern);
    const std::string_view segment = take_segment(path);
    if (more_in_pattern != more_in_path) return false;
    if (expected.starts_with('{')) {
      if (segment.empty() || matched.names == MatchedRoute::names_max) return false;
      matched.name[matched.names++] = segment;
    } else if (segment != expected) {
      return false;
    }
  }
  return pattern.empty() && path.empty();
}

}  // namespace

std::string plain_path(std::string_view path) {
  std::string plain;
  plain.reserve(path.size());
  for (std::size_t i = 0; i < path.size(); ++i) {
    const int character = decoded(path.substr(i));
    plain.push_back(character < 0 ? path[i] : static_cast<char>(character));
    if (character >= 0) i += 2;
  }
  return simdjson::validate_utf8(plain.data(), plain.size()) ? plain : std::string(path);
}

MatchedRoute match_route(std::span<const Route> routes, std::string_view path) {
  MatchedRoute matched;
  for (const Route& route : routes) {
    if (!fits(route.pattern, path, matched)) continue;
    matched.route = &route;
    return matched;
  }
  return {};
}

std::string allowed_methods(const Route& route) {
  std::string text;
  const auto add = [&](HttpMethod method, std::string_view name) {
    if (allows(route, method)) text.append(name).append(", ");
  };
  add(HttpMethod::get, "GET");
  add(HttpMethod::head, "HEAD");
  add(HttpMethod::post, "POST");
  add(HttpMethod::put, "PUT");
  add(HttpMethod::patch, "PATCH");
  add(HttpMethod::delete_, "DELETE");
  return text.append("OPTIONS");
}

bool allows(const Route& route, HttpMethod method) {
  return (route.methods & method_bit(method)) != 0;
}

}  // namespace spillway::net
