#include "net/api/operators/pause_request.hpp"

#include <array>
#include <optional>
#include <utility>

#include "net/text/field_reader.hpp"

namespace spillway::net {

namespace {

constexpr Place pause_top{""};
constexpr std::array<std::string_view, 1> pause_names{"reason"};
constexpr std::size_t reason_max = 200;

}  // namespace

Result<std::shared_ptr<ControlBody>, Refusal> read_pause_request(JsonReader& json, HttpMethod,
                                                                 std::string_view body) {
  auto request = std::make_shared<PauseRequest>();
  if (body.empty()) return std::shared_ptr<ControlBody>(std::move(request));
  if (!json.open(body)) return not_json(json.fault());
  if (json.kind() != JsonKind::object) return Refusal{400, "The body must be a JSON object.", {}};
  std::optional<std::string> reason;
  FieldReader fields(json);
  std::uint32_t seen = 0;
  const auto on_field = [&](std::size_t index, std::string_view name) {
    if (index == pause_names.size()) {
      fields.add_error(pause_top, name, "is not known");
      return json.skip();
    }
    return fields.read_text(pause_top, name, reason_max, reason);
  };
  if (!fields.read_fields(pause_top, pause_names, 0U, seen, on_field) || !json.finish())
    return not_json(json.fault());
  if (!fields.errors().empty())
    return Refusal{422, "The pause has fields that are wrong.", std::move(fields.errors())};
  request->reason = reason.value_or("");
  return std::shared_ptr<ControlBody>(std::move(request));
}

}  // namespace spillway::net
