// Addresses that webhooks may go to, and how deliveries are signed.
#include <arpa/inet.h>
#include <gtest/gtest.h>

#include "net/stream/public_address.hpp"
#include "net/webhook/webhook_signature.hpp"
#include "net/webhook/webhook_url.hpp"

namespace spillway::net {
namespace {

bool is_public(const std::string& text) {
  in_addr four{};
  if (inet_pton(AF_INET, text.c_str(), &four) == 1) return is_public_address(four);
  in6_addr six{};
  EXPECT_EQ(inet_pton(AF_INET6, text.c_str(), &six), 1) << text;
  return is_public_address(six);
}

TEST(PublicAddress, IsOneThatIsOutOnTheInternet) {
  for (const char* address :
       {"8.8.8.8", "1.1.1.1", "100.63.255.255", "100.128.0.0", "172.15.255.255", "172.32.0.0",
        "192.167.1.1", "169.253.1.1", "198.20.0.1", "223.255.255.255", "2606:4700:4700::1111",
        "2001:4860:4860::8888", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"})
    EXPECT_TRUE(is_public(address)) << address;
}

TEST(PublicAddress, IsNotOneOfThisMachineItsNeighboursOrNobody) {
  for (const char* address : {"0.0.0.0",
                              "0.1.2.3",
                              "10.0.0.1",
                              "10.255.255.255",
                              "100.64.0.1",
                              "100.127.255.255",
                              "127.0.0.1",
                              "127.255.255.254",
                              "169.254.169.254",
                              "172.16.0.1",
                              "172.31.255.255",
                              "192.0.0.8",
                              "192.0.2.1",
                              "192.88.99.1",
                              "192.168.1.1",
                              "198.18.0.1",
                              "198.19.255.255",
                              "198.51.100.7",
                              "203.0.113.7",
                              "224.0.0.1",
                              "239.255.255.255",
                              "240.0.0.1",
                              "255.255.255.255",
                              "::",
                              "::1",
                              "::127.0.0.1",
                              "::ffff:127.0.0.1",
                              "::ffff:10.0.0.1",
                              "::ffff:169.254.169.254",
                              "64:ff9b::7f00:1",
                              "64:ff9b::a00:1",
                              "64:ff9b:1::1",
                              "2002:7f00:1::1",
                              "2002:a00:1::1",
                              "2002:c0a8:101::1",
                              "fc00::1",
                              "fd12:3456::1",
                              "fe80::1",
                              "fec0::1",
                              "ff02::1",
                              "100::1",
                              "2001::1",
                              "2001:db8::1",
                              "3fff::1",
                              "4000::1"})
    EXPECT_FALSE(is_public(address)) << address;
}

TEST(WebhookUrl, TakesHttpsToTheInternet) {
  for (const char* url :
       {"https://shop.example/hook", "https://shop.example", "HTTPS://Shop.Example:443/a?b=c",
        "https://shop.example:8443/hook", "https://8.8.8.8/hook", "https://[2606:4700::1]:1024/",
        "https://shop_1.example./x"})
    EXPECT_EQ(webhook_url_fault(url, WebhookReach::internet), std::nullopt) << url;
}

TEST(WebhookUrl, RefusesWhatWouldLeadInsideOrSayWho) {
  for (const char* url : {"",
                          "shop.example",
                          "ftp://shop.example/",
                          "http://shop.example/",
                          "https:///path",
                          "https://user@shop.example/",
                          "https://user:secret@shop.example/",
                          "https://shop.example/#part",
                          "https://shop.example/a b",
                          "https://shop.example\\@evil/",
                          "https://shop.example:80/",
                          "https://shop.example:22/",
                          "https://shop.example:0/",
                          "https://shop.example:65536/",
                          "https://shop.example:/",
                          "https://shop.example:12x/",
                          "https://127.0.0.1/",
                          "https://127.1/",
                          "https://2130706433/",
                          "https://0x7f.0.0.1/",
                          "https://0x7f000001/",
                          "https://017700000001/",
                          "https://10.0.0.1/",
                          "https://169.254.169.254/latest/meta-data",
                          "https://[::1]/",
                          "https://[::ffff:10.0.0.1]/",
                          "https://[fe80::1%25eth0]/",
                          "https://[::1",
                          "https://localhost/",
                          "https://a.localhost/",
                          "https://localhost./",
                          "https://printer.local/",
                          "https://intranet/",
                          "https://metadata.google.internal/",
                          "https://shop.example%2f@evil/",
                          "https://sh\xc3\xb6p.example/"})
    EXPECT_NE(webhook_url_fault(url, WebhookReach::internet), std::nullopt) << url;
  EXPECT_NE(
      webhook_url_fault("https://shop.example/" + std::string(2'048, 'x'), WebhookReach::internet),
      std::nullopt);
}

TEST(WebhookUrl, TakesThisMachineInTheDemo) {
  for (const char* url : {"http://127.0.0.1:9999/hook", "http://localhost:80/", "http://[::1]:7/",
                          "https://127.0.0.1/", "https://shop.example/"})
    EXPECT_EQ(webhook_url_fault(url, WebhookReach::and_loopback), std::nullopt) << url;
  for (const char* url : {"http://10.0.0.1/", "http://shop.example/", "https://192.168.0.1/"})
    EXPECT_NE(webhook_url_fault(url, WebhookReach::and_loopback), std::nullopt) << url;
}

// The example of the Standard Webhooks reference implementations.
TEST(WebhookSignature, IsTheOneOfTheStandard) {
  const std::string key(
      "\x31\xf2\x90\xf6\xbf\x06\x29\x8a\xab\x4f\x08\xd4\x3c\x3f\x08\x2c"
      "\xf6\x48\xa3\x62\xda\x2d\xa4\xb0",
      24);
  EXPECT_EQ(webhook_signature(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1'614'265'330,
                              R"({"test": 2432232314})"),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(WebhookSecret, IsRandomAndReadsBack) {
  const WebhookSecret secret = random_webhook_secret();
  const std::string text = to_text(secret);
  EXPECT_EQ(text.size(), 50u);
  EXPECT_TRUE(text.starts_with("whsec_"));
  EXPECT_NE(text, to_text(random_webhook_secret()));
  const auto again = WebhookSecret::from_bytes(secret.bytes());
  ASSERT_TRUE(again);
  EXPECT_EQ(to_text(*again), text);
  EXPECT_FALSE(WebhookSecret::from_bytes(secret.bytes().substr(1)));
}

}  // namespace
}  // namespace spillway::net
