#include "net/api/operators/case_request.hpp"

#include <array>
#include <optional>
#include <utility>

#include "net/api/orders/approval_request.hpp"
#include "net/text/field_reader.hpp"

namespace spillway::net {

namespace {

constexpr Place top{""};
constexpr std::array<std::string_view, 3> names{"outcome", "note", "approval_code"};
constexpr std::size_t text_max = 64;

void take_outcome(FieldReader& fields, std::string_view text, CaseRequest& request) {
  const auto outcome = case_outcome_from(text);
  if (outcome)
    request.outcome = *outcome;
  else if (!text.empty())
    fields.add_error(top, names[0], "must be authorized or not_charged");
}

void take_approval_code(FieldReader& fields, std::string_view code, CaseRequest& request) {
  if (code.empty()) return;
  if (!is_approval_code(code))
    fields.add_error(top, names[2], "must be 1 to 6 letters and digits");
  else if (request.outcome == CaseOutcome::not_charged)
    fields.add_error(top, names[2], "has a meaning only with authorized");
  else
    request.approval_code = code;
}

}  // namespace

Result<std::shared_ptr<ControlBody>, Refusal> read_case_resolution(JsonReader& json, HttpMethod,
                                                                   std::string_view body) {
  if (!json.open(body)) return not_json(json.fault());
  if (json.kind() != JsonKind::object) return Refusal{400, "The body must be a JSON object.", {}};
  auto request = std::make_shared<CaseRequest>();
  FieldReader fields(json);
  std::array<std::optional<std::string>, names.size()> texts;
  std::uint32_t seen = 0;
  const auto on_field = [&](std::size_t index, std::string_view name) {
    if (index == names.size()) {
      fields.add_error(top, name, "is not known");
      return json.skip();
    }
    const std::size_t size_max = index == 1 ? case_note_max : text_max;
    return fields.read_text(top, name, size_max, texts.at(index));
  };
  if (!fields.read_fields(top, names, 3U, seen, on_field) || !json.finish())
    return not_json(json.fault());
  take_outcome(fields, texts[0].value_or(""), *request);
  take_approval_code(fields, texts[2].value_or(""), *request);
  request->note = texts[1].value_or("");
  if (!fields.errors().empty())
    return Refusal{422, "The resolution has fields that are wrong.", std::move(fields.errors())};
  return std::shared_ptr<ControlBody>(std::move(request));
}

}  // namespace spillway::net
