#include "loadtest/run/report.hpp"

#include <cmath>
#include <fstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "loadtest/run/report_page.hpp"

namespace spillway::loadtest {
namespace {

using Json = nlohmann::ordered_json;

// Within a script element "</" would end it, whatever it stands in (HTML 4.12.1.3).
std::string for_script(const Json& json) {
  std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  for (std::size_t at = text.find('<'); at != std::string::npos; at = text.find('<', at)) {
    text.replace(at, 1, "\\u003c");
  }
  return text;
}

double number_at(const Json& json, const std::string& pointer) {
  const Json::json_pointer place(pointer);
  if (!json.contains(place) || !json.at(place).is_number()) return std::nan("");
  return json.at(place).get<double>();
}

}  // namespace

std::string report_html(const std::vector<Json>& results) {
  constexpr std::string_view hole = "/*RESULTS*/[]";
  std::string page(report_page());
  const std::size_t at = page.find(hole);
  if (at != std::string::npos) page.replace(at, hole.size(), for_script(Json(results)));
  return page;
}

Result<Json> read_result(const std::string& file) {
  std::ifstream stream(file);
  if (!stream) return Error{file + ": cannot be read"};
  auto json = Json::parse(stream, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || json.value("format", "") != "spillway-load result 1") {
    return Error{file + ": is no result of spillway-load"};
  }
  return json;
}

std::string compare_text(const Json& before, const Json& after) {
  struct Row {
    const char* name;
    std::string pointer;
    bool less_is_better;
  };
  const Row rows[] = {
      {"accepted", "/counts/accepted", false},
      {"503", "/counts/overloaded", true},
      {"errors", "/errors", true},
      {"accept p50 ms", "/times/accept/p50_ms", true},
      {"accept p99 ms", "/times/accept/p99_ms", true},
      {"accept p99.99 ms", "/times/accept/p99_99_ms", true},
      {"accept max ms", "/times/accept/max_ms", true},
      {"outcome p50 ms", "/times/outcome/p50_ms", true},
      {"outcome p99 ms", "/times/outcome/p99_ms", true},
      {"webhook p99 ms", "/times/called/p99_ms", true},
      {"mail p99 ms", "/times/mailed/p99_ms", true},
      {"last healthy rate", "/last_healthy_rate", false},
      {"lost", "/audit/lost", true},
      {"twice", "/audit/twice", true},
      {"charged twice", "/audit/charged_twice", true},
  };
  std::string text = fmt::format("{:<18}{:>14}{:>14}{:>16}\n", "", "before", "after", "change");
  for (const Row& row : rows) {
    const double a = number_at(before, row.pointer);
    const double b = number_at(after, row.pointer);
    if (std::isnan(a) && std::isnan(b)) continue;
    const auto show = [](double value) {
      return std::isnan(value) ? std::string("-") : fmt::format("{:.6g}", value);
    };
    std::string change;
    if (!std::isnan(a) && !std::isnan(b) && a > 0) {
      const double share = (b - a) / a * 100;
      // A fifth more or less is within what two runs on one machine differ by.
      const bool notable = std::abs(share) > 20;
      change =
          fmt::format("{:+.0f}%{}", share,
                      notable ? ((share < 0) == row.less_is_better ? " better" : " worse") : "");
    }
    text += fmt::format("{:<18}{:>14}{:>14}{:>16}\n", row.name, show(a), show(b), change);
  }
  text += fmt::format("{:<18}{:>14}{:>14}\n", "verdict", before.value("verdict", "-"),
                      after.value("verdict", "-"));
  return text;
}

}  // namespace spillway::loadtest
