// The registry's rows about webhooks.
//   webhooks    id → MessagePack array: version, shop, url, statuses (bits), created (µs), secret,
//               old secret or "", until when (µs), gone
//   deliveries  id, 'p' → the endpoint's place: a record's number (8, big-endian)
//               id, 'd', record (8, big-endian) → MessagePack array: version, tries, first failed
//               (µs), next (µs), given up, answer, reason
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/base/ids.hpp"
#include "engine/telling/webhook.hpp"
#include "engine/telling/webhook_queue.hpp"

namespace spillway::storage {

std::string encode_webhook(const Webhook& webhook);
// Nothing for bytes that `encode_webhook` of this or an earlier version does not make.
std::optional<Webhook> decode_webhook(std::string_view bytes);

std::string place_key(std::string_view webhook);
std::string encode_place(RecordNumber place);
std::optional<RecordNumber> decode_place(std::string_view bytes);

std::string delivery_prefix(std::string_view webhook);
std::string delivery_key(std::string_view webhook, RecordNumber record);
std::optional<RecordNumber> record_of_delivery_key(std::string_view webhook, std::string_view key);
std::string encode_delivery(const RetriedDelivery& delivery);
std::optional<RetriedDelivery> decode_delivery(std::string_view bytes);

}  // namespace spillway::storage
