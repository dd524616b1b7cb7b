#include "net/api/orders/approval_request.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "engine/base/characters.hpp"

namespace spillway::net {

namespace {

constexpr Place approval_top{""};
constexpr std::array<std::string_view, 2> approval_names{"approved", "approval_code"};

}  // namespace

bool is_approval_code(std::string_view text) {
  return text.size() <= 6 && std::ranges::all_of(text, is_letter_or_digit);
}

Result<ApprovalRequest, Refusal> read_approval_request(JsonReader& json, std::string_view body) {
  if (!json.open(body)) return not_json(json.fault());
  if (json.kind() != JsonKind::object && json.kind() != JsonKind::nothing) {
    return Refusal{400, "The body must be a JSON object.", {}};
  }
  FieldReader fields(json);
  std::optional<bool> approved;
  std::string_view code;
  std::uint32_t seen = 0;
  const auto on_field = [&](std::size_t index, std::string_view name) {
    switch (index) {
      case 0:
        return fields.read_boolean(approval_top, name, approved);
      case 1:
        return fields.read_text(approval_top, name, 64, code);
      default:
        return json.skip();
    }
  };
  if (!fields.read_fields(approval_top, approval_names, 1U, seen, on_field) || !json.finish()) {
    return not_json(json.fault());
  }
  if (!is_approval_code(code)) {
    fields.add_error(approval_top, approval_names[1], "must be 1 to 6 letters and digits");
  } else if (approved == true && (seen & 2U) == 0) {
    fields.add_error(approval_top, approval_names[1], "is needed when the card company approved");
  }
  if (!fields.errors().empty()) {
    return Refusal{422, "Some fields of the approval are not as they must be.",
                   std::move(fields.errors())};
  }
  ApprovalRequest request;
  request.approved = *approved;
  if (request.approved) request.approval_code = code;
  return request;
}

}  // namespace spillway::net
