#include "storage/registry/webhook_rows.hpp"

#include "storage/base/bytes.hpp"
#include "storage/base/message_pack.hpp"

namespace spillway::storage {

namespace {

constexpr std::uint64_t rows_version = 1;
constexpr std::size_t webhook_elements = 9;
constexpr std::size_t delivery_elements = 7;
constexpr std::size_t numbers_bound = PackWriter::array_max + 9 * PackWriter::number_max;

std::string big_endian(std::uint64_t value) {
  std::string bytes(8, '\0');
  put_big_endian(bytes.data(), value);
  return bytes;
}

}  // namespace

std::string encode_webhook(const Webhook& webhook) {
  const std::string_view old = webhook.old_secret ? webhook.old_secret->bytes() : "";
  std::string bytes(numbers_bound + PackWriter::text_max(webhook.url.size()) +
                        2 * PackWriter::text_max(WebhookSecret::size),
                    '\0');
  PackWriter out(bytes.data());
  out.array(webhook_elements);
  out.number(rows_version);
  out.number(webhook.shop.value);
  out.text(webhook.url);
  out.number(webhook.statuses.bits);
  out.time(webhook.created_at);
  out.text(webhook.secret.bytes());
  out.text(old);
  out.time(webhook.old_secret_until);
  out.number(webhook.gone ? 1 : 0);
  bytes.resize(static_cast<std::size_t>(out.end() - bytes.data()));
  return bytes;
}

std::optional<Webhook> decode_webhook(std::string_view bytes) {
  PackReader in(bytes);
  in.array_of(webhook_elements);
  if (in.number() != rows_version) return std::nullopt;
  Webhook webhook;
  webhook.shop = {static_cast<std::uint32_t>(in.number(UINT32_MAX))};
  webhook.url = in.text();
  webhook.statuses.bits = static_cast<std::uint16_t>(in.number(UINT16_MAX));
  webhook.created_at = in.time();
  const auto secret = WebhookSecret::from_bytes(in.text());
  const std::string_view old = in.text();
  if (!old.empty()) webhook.old_secret = WebhookSecret::from_bytes(old);
  webhook.old_secret_until = in.time();
  webhook.gone = in.number(1) == 1;
  const bool old_is_good = old.empty() || webhook.old_secret.has_value();
  if (in.failed() || !in.at_end() || !secret || !old_is_good) return std::nullopt;
  webhook.secret = *secret;
  return webhook;
}

std::string place_key(std::string_view webhook) {
  return std::string(webhook) + 'p';
}

std::string encode_place(RecordNumber place) {
  return big_endian(place.value);
}

std::optional<RecordNumber> decode_place(std::string_view bytes) {
  if (bytes.size() != 8) return std::nullopt;
  return RecordNumber{get_big_endian<std::uint64_t>(bytes.data())};
}

std::string delivery_prefix(std::string_view webhook) {
  return std::string(webhook) + 'd';
}

std::string delivery_key(std::string_view webhook, RecordNumber record) {
  return delivery_prefix(webhook) + big_endian(record.value);
}

std::optional<RecordNumber> record_of_delivery_key(std::string_view webhook, std::string_view key) {
  if (key.size() != webhook.size() + 9) return std::nullopt;
  return decode_place(key.substr(webhook.size() + 1));
}

std::string encode_delivery(const RetriedDelivery& delivery) {
  std::string bytes(numbers_bound + PackWriter::text_max(delivery.reason.size()), '\0');
  PackWriter out(bytes.data());
  out.array(delivery_elements);
  out.number(rows_version);
  out.number(delivery.tries);
  out.time(delivery.first_failed_at);
  out.time(delivery.next_at);
  out.number(delivery.given_up ? 1 : 0);
  out.number(delivery.answer);
  out.text(delivery.reason);
  bytes.resize(static_cast<std::size_t>(out.end() - bytes.data()));
  return bytes;
}

std::optional<RetriedDelivery> decode_delivery(std::string_view bytes) {
  PackReader in(bytes);
  in.array_of(delivery_elements);
  if (in.number() != rows_version) return std::nullopt;
  RetriedDelivery delivery;
  delivery.tries = static_cast<std::uint16_t>(in.number(UINT16_MAX));
  delivery.first_failed_at = in.time();
  delivery.next_at = in.time();
  delivery.given_up = in.number(1) == 1;
  delivery.answer = static_cast<std::uint16_t>(in.number(UINT16_MAX));
  delivery.reason = in.text();
  if (in.failed() || !in.at_end()) return std::nullopt;
  return delivery;
}

}  // namespace spillway::storage
