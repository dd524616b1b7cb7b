#include "engine/telling/shop_event.hpp"

#include <algorithm>

#include "engine/base/siphash.hpp"

namespace spillway {

namespace {

constexpr std::string_view id_prefix = "evt_";
constexpr std::string_view type_prefix = "order.";

OrderCodes::Key key_of_ids(const OrderCodes::Key& key) {
  return {siphash24(key, 0x6576656e7473ULL), siphash24(key, 0x6576656e7474ULL)};
}

}  // namespace

bool is_told(Status status) {
  return status != Status::received && status != Status::authorizing;
}

std::optional<ShopEvent> told_by(std::optional<Status> before, const OrderState& state,
                                 RecordNumber record) {
  if (before == state.status || !is_told(state.status)) return std::nullopt;
  const auto told = std::ranges::count_if(
      state.history, [](const StatusChange& change) { return is_told(change.status); });
  return ShopEvent{record,
                   state.number,
                   static_cast<std::uint16_t>(std::min<std::int64_t>(told, UINT16_MAX)),
                   state.status,
                   state.history.back().at,
                   state.answer,
                   state.approval_code};
}

ShopEventIds::ShopEventIds(const OrderCodes::Key& key) : codes_(key_of_ids(key)) {}

std::string ShopEventIds::encode(RecordNumber record) const {
  // One more, since the place before the first record has an id too.
  const std::string code = codes_.encode(OrderNumber{record.value + 1});
  std::string id(id_prefix);
  std::ranges::copy_if(code, std::back_inserter(id), [](char c) { return c != '-'; });
  return id;
}

std::optional<RecordNumber> ShopEventIds::decode(std::string_view text) const {
  if (text.size() != length || !text.starts_with(id_prefix)) return std::nullopt;
  const auto number = codes_.decode(text.substr(id_prefix.size()));
  if (!number) return std::nullopt;
  return RecordNumber{number->value - 1};
}

std::string event_type(Status status) {
  return std::string(type_prefix).append(to_text(status));
}

std::optional<Status> status_of_event_type(std::string_view type) {
  if (!type.starts_with(type_prefix)) return std::nullopt;
  const auto status = status_from(type.substr(type_prefix.size()));
  return status && is_told(*status) ? status : std::nullopt;
}

}  // namespace spillway
