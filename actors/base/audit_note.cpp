#include "actors/base/audit_note.hpp"

#include <algorithm>

#include "net/api/routing/routes.hpp"

namespace spillway::actors {

namespace {

constexpr std::size_t values_max = 32 * 1024;  // a quarter of what a row may hold

std::string method_text(net::HttpMethod method) {
  switch (method) {
    case net::HttpMethod::post:
      return "POST";
    case net::HttpMethod::put:
      return "PUT";
    case net::HttpMethod::patch:
      return "PATCH";
    case net::HttpMethod::delete_:
      return "DELETE";
    default:
      return "GET";
  }
}

// The route's pattern with its names in their places.
std::string path_text(const net::ControlRequest& request) {
  const auto route = std::ranges::find(net::routes(), request.route, &net::Route::id);
  std::string_view pattern = route->pattern;
  std::string path;
  for (const std::string& name : request.names) {
    const std::size_t begin = pattern.find('{');
    path.append(pattern.substr(0, begin)).append(name);
    pattern.remove_prefix(pattern.find('}') + 1);
  }
  return path.append(pattern);
}

}  // namespace

storage::AuditNote audit_note(const net::ControlRequest& request, int status, std::string made,
                              Timestamp at, std::string values) {
  if (values.size() > values_max) values.clear();
  return {at,
          request.key_id,
          method_text(request.method),
          path_text(request),
          std::move(made),
          static_cast<std::uint16_t>(status),
          std::move(values)};
}

std::string changed_values(const std::string& before, const std::string& after) {
  return R"({"before":)" + before + R"(,"after":)" + after + "}";
}

}  // namespace spillway::actors
