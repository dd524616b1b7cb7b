#include "net/api/operators/sharing_request.hpp"

#include <array>
#include <utility>

#include "engine/order/limits.hpp"
#include "net/text/field_reader.hpp"

namespace spillway::net {

namespace {

constexpr Place sharing_top{""};
constexpr std::array<std::string_view, 4> sharing_names{"mode", "wait", "waiting", "part"};
constexpr std::size_t sharing_text_max = 64;

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
    if (index == sharing_names.size()) {  // a misspelt one would otherwise be no threshold
      fields.add_error(sharing_top, name, "is not known");
      return json.skip();
    }
    if (texts.at(index) == nullptr)
      return fields.read_count(sharing_top, name, limits::waiting_orders_max, sharing.waiting);
    return fields.read_text(sharing_top, name, sharing_text_max, *texts.at(index));
  };
  constexpr std::uint32_t mode_is_needed = 1;
  if (!fields.read_fields(sharing_top, sharing_names, mode_is_needed, seen, on_field) ||
      !json.finish())
    return not_json(json.fault());
  if (!fields.errors().empty())
    return Refusal{422, "The sharing has fields that are wrong.", std::move(fields.errors())};
  return std::shared_ptr<ControlBody>(std::move(request));
}

}  // namespace spillway::net
