#include "net/http/problem.hpp"

#include <nlohmann/json.hpp>

#include "net/http/http_message.hpp"

namespace spillway::net {

std::string problem_json(const Problem& problem) {
  nlohmann::ordered_json json;
  json["type"] = problem.name.empty() ? std::string("about:blank")
                                      : std::string("/problems/").append(problem.name);
  json["title"] = problem.title.empty() ? http_reason(problem.status) : problem.title;
  json["status"] = problem.status;
  if (!problem.detail.empty()) json["detail"] = problem.detail;
  for (const ProblemError& error : problem.errors) {
    json["errors"].push_back({{"pointer", error.pointer}, {"detail", error.detail}});
  }
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace spillway::net
