#include "net/api/operators/pace_request.hpp"

#include <array>
#include <utility>

#include "engine/pacing/limits.hpp"
#include "net/text/field_reader.hpp"

namespace spillway::net {

namespace {

constexpr Place pace_top{""};
constexpr std::array<std::string_view, 7> pace_names{"kind", "rate", "amount", "age",
                                                     "from", "to",   "zone"};
constexpr std::size_t pace_text_max = 64;

}  // namespace

Result<std::shared_ptr<ControlBody>, Refusal> read_pace_request(JsonReader& json, HttpMethod,
                                                                std::string_view body) {
  if (!json.open(body)) return not_json(json.fault());
  if (json.kind() != JsonKind::object) return Refusal{400, "The body must be a JSON object.", {}};
  auto request = std::make_shared<PaceRequest>();
  PacingText& pacing = request->pacing;
  const std::array<std::optional<std::string>*, 7> texts{
      &pacing.kind, nullptr, nullptr, &pacing.age, &pacing.from, &pacing.to, &pacing.zone};
  FieldReader fields(json);
  std::uint32_t seen = 0;
  const auto on_field = [&](std::size_t index, std::string_view name) {
    if (index == pace_names.size()) {  // a misspelt one would otherwise be no limit
      fields.add_error(pace_top, name, "is not known");
      return json.skip();
    }
    if (index == 1) return fields.read_decimal(pace_top, name, pacing.rate);
    if (index == 2)
      return fields.read_count(pace_top, name, limits::batch_amount_max, pacing.amount);
    return fields.read_text(pace_top, name, pace_text_max, *texts.at(index));
  };
  if (!fields.read_fields(pace_top, pace_names, 0U, seen, on_field) || !json.finish())
    return not_json(json.fault());
  if (!fields.errors().empty())
    return Refusal{422, "The pace has fields that are wrong.", std::move(fields.errors())};
  return std::shared_ptr<ControlBody>(std::move(request));
}

}  // namespace spillway::net
