#include "net/sharing_request.hpp"

#include <array>
#include <utility>

namespace spillway::net {

namespace {

constexpr Place top{""};
constexpr std::array<std::string_view, 4> names{"mode", "wait", "waiting", "part"};
constexpr std::size_t text_max = 64;

bool read_text(FieldReader& fields, std::string_view name, std::optional<std::string>& out) {
  std::string_view text;
  if (!fields.read_text(top, name, text_max, text)) return false;
  if (!text.empty()) out = text;
  return true;
}

bool read_waiting(FieldReader& fields, std::optional<std::uint64_t>& out) {
  std::optional<std::int64_t> waiting;
  if (!fields.read_integer(top, "waiting", 1, static_cast<std::int64_t>(limits::waiting_orders_max),
                           waiting))
    return false;
  if (waiting) out = static_cast<std::uint64_t>(*waiting);
  return true;
}

}  // namespace

Result<std::shared_ptr<ControlBody>, Refusal> read_sharing_request(JsonReader& json, HttpMethod,
                                                                   std::string_view body) {
  if (!json.open(body)) return not_json(json.fault());
  if (json.kind() != JsonKind::object) return Refusal{400, "The body must be a JSON object.", {}};
  auto request = std::make_shared<SharingRequest>();
  SharingText& sharing = request->sharing;
  const std::array<std::optional<std::string>*, 4> texts{&sharing.mode, &sharing.wait, nullptr,
                                                         &sharing.part};
  FieldReader fields(json);
  std::uint32_t seen = 0;
  const auto on_field = [&](std::size_t index, std::string_view name) {
    if (index == names.size()) {  // a misspelt one would otherwise be no threshold
      fields.add_error(top, name, "is not known");
      return json.skip();
    }
    if (texts.at(index) == nullptr) return read_waiting(fields, sharing.waiting);
    return read_text(fields, name, *texts.at(index));
  };
  constexpr std::uint32_t mode_is_needed = 1;
  if (!fields.read_fields(top, names, mode_is_needed, seen, on_field) || !json.finish())
    return not_json(json.fault());
  if (!fields.errors().empty())
    return Refusal{422, "The sharing has fields that are wrong.", std::move(fields.errors())};
  return std::shared_ptr<ControlBody>(std::move(request));
}

}  // namespace spillway::net
