#include "storage/registry/webhook_rows.hpp"

#include <gtest/gtest.h>

namespace spillway::storage {
namespace {

Webhook some_webhook() {
  Webhook webhook;
  webhook.shop = {7};
  webhook.url = "https://shop.example/hook";
  webhook.statuses.add(Status::authorized);
  webhook.statuses.add(Status::cancelled);
  webhook.created_at = Timestamp(std::chrono::seconds(1'800'000'000));
  webhook.secret = *WebhookSecret::from_bytes(std::string(32, 's'));
  return webhook;
}

TEST(WebhookRows, ReadBackWhatWasWritten) {
  Webhook webhook = some_webhook();
  EXPECT_EQ(decode_webhook(encode_webhook(webhook)), webhook);
  webhook.old_secret = WebhookSecret::from_bytes(std::string(32, '\0'));
  webhook.old_secret_until = webhook.created_at + std::chrono::hours(24);
  webhook.gone = true;
  EXPECT_EQ(decode_webhook(encode_webhook(webhook)), webhook);
  const RetriedDelivery delivery{3, webhook.created_at, webhook.old_secret_until, true, 503, "503"};
  EXPECT_EQ(decode_delivery(encode_delivery(delivery)), delivery);
  EXPECT_EQ(decode_place(encode_place({1ULL << 40})), RecordNumber{1ULL << 40});
}

TEST(WebhookRows, AreNotReadWhenAByteIsMissingOrTooMany) {
  const std::string webhook = encode_webhook(some_webhook());
  const std::string delivery = encode_delivery({});
  EXPECT_FALSE(decode_webhook(webhook + "x"));
  EXPECT_FALSE(decode_delivery(delivery + "x"));
  for (std::size_t size = 0; size < webhook.size(); ++size)
    EXPECT_FALSE(decode_webhook(std::string_view(webhook).substr(0, size))) << size;
  for (std::size_t size = 0; size < delivery.size(); ++size)
    EXPECT_FALSE(decode_delivery(std::string_view(delivery).substr(0, size))) << size;
}

TEST(WebhookRows, NameAnEndpointsDeliveriesInTheirOrder) {
  EXPECT_LT(delivery_key("wh_1", {255}), delivery_key("wh_1", {256}));
  EXPECT_TRUE(delivery_key("wh_1", {5}).starts_with(delivery_prefix("wh_1")));
  EXPECT_FALSE(place_key("wh_1").starts_with(delivery_prefix("wh_1")));
  EXPECT_EQ(record_of_delivery_key("wh_1", delivery_key("wh_1", {256})), RecordNumber{256});
  EXPECT_FALSE(record_of_delivery_key("wh_1", "wh_1d123"));
}

}  // namespace
}  // namespace spillway::storage
