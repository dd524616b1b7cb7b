#include "net/api/orders/receipt.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <sodium.h>

#include "tests/net/fixtures/api_fixture.hpp"

namespace spillway::net {
namespace {

using testing::HasSubstr;

constexpr std::string_view receipted_body = R"({"reference":"A-1",
  "buyer":{"name":"Hanako Sato","email":"hanako@example.jp"},
  "items":[{"code":"SHOE-42","name":"Leather shoes","quantity":1,"unit_price":3150}],
  "amount":3150,"currency":"JPY",
  "card":{"company":"VISA","number":"4242424242424242","expiry":"2028-12"}})";

// The key of RFC 8037, appendix A.
std::array<unsigned char, 32> rfc_seed() {
  std::array<unsigned char, 32> seed{};
  const std::string hex = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
  EXPECT_EQ(
      sodium_hex2bin(seed.data(), seed.size(), hex.data(), hex.size(), nullptr, nullptr, nullptr),
      0);
  return seed;
}

std::array<unsigned char, 32> other_seed() {
  std::array<unsigned char, 32> seed{};
  seed.fill(7);
  return seed;
}

Receipt some_receipt() {
  return {"3F7K-9Q2M-XW41",
          7,
          "A \"quoted\" reference \xE3\x81\x82",
          3150,
          "JPY",
          "2026-11-21T09:05:07.000123Z",
          123,
          120,
          131,
          std::string(64, 'a')};
}

TEST(Receipt, HasTheKeyAndThumbprintOfRfc8037) {
  const ReceiptSigner signer(rfc_seed());
  const std::array<ReceiptPublicKey, 1> keys{signer.public_key()};
  const nlohmann::json set = nlohmann::json::parse(jwk_set(keys));
  ASSERT_EQ(set["keys"].size(), 1u);
  EXPECT_EQ(set["keys"][0]["x"], "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
  EXPECT_EQ(set["keys"][0]["kid"], "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
  EXPECT_EQ(set["keys"][0]["kty"], "OKP");
  EXPECT_EQ(set["keys"][0]["crv"], "Ed25519");
}

TEST(Receipt, SaysWhatWasSignedToWhoeverHasTheKeys) {
  const ReceiptSigner before(other_seed());
  const ReceiptSigner signer(rfc_seed());
  const std::array<ReceiptPublicKey, 2> keys{signer.public_key(), before.public_key()};
  for (const ReceiptSigner* each : {&signer, &before}) {
    const auto read = check_receipt(each->sign(some_receipt()), jwk_set(keys));
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(*read, some_receipt());
  }
}

TEST(Receipt, CountsForNothingWhenACharacterIsChangedOrGone) {
  const ReceiptSigner signer(rfc_seed());
  const std::array<ReceiptPublicKey, 1> keys{signer.public_key()};
  const std::string receipt = signer.sign(some_receipt());
  for (std::size_t at = 0; at < receipt.size(); ++at) {
    std::string changed = receipt;
    changed[at] = changed[at] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(check_receipt(changed, jwk_set(keys))) << at;
    EXPECT_FALSE(check_receipt(receipt.substr(0, at), jwk_set(keys))) << at;
  }
}

TEST(Receipt, TellsWhyItCountsForNothing) {
  const ReceiptSigner signer(rfc_seed());
  const ReceiptSigner other(other_seed());
  const std::array<ReceiptPublicKey, 1> keys{signer.public_key()};
  const std::string good = signer.sign(some_receipt());
  const std::string none_algorithm = "eyJhbGciOiJub25lIn0.e30.";  // {"alg":"none"}
  const struct {
    std::string receipt;
    std::string keys;
    const char* why;
  } cases[] = {
      {"", jwk_set(keys), "not a JSON Web Signature"},
      {"a.b", jwk_set(keys), "not a JSON Web Signature"},
      {"!.!.!", jwk_set(keys), "not a JSON Web Signature"},
      {std::string(20'000, 'a') + ".a.a", jwk_set(keys), "not a JSON Web Signature"},
      {none_algorithm, jwk_set(keys), "signed with EdDSA"},
      {other.sign(some_receipt()), jwk_set(keys), "none of the keys"},
      {good, "{}", "not a JWK Set"},
      {good, "[1,2]", "not a JWK Set"},
      {good, "", "not a JWK Set"},
      {good, R"({"keys":[{"kid":7},null,"x"]})", "none of the keys"},
  };
  for (const auto& one : cases) {
    const auto read = check_receipt(one.receipt, one.keys);
    ASSERT_FALSE(read) << one.receipt;
    EXPECT_THAT(read.error().message, HasSubstr(one.why));
  }
}

TEST_F(OrderApiTest, AsksForAReceiptWhenTheShopPrefersOne) {
  const struct {
    const char* lines;
    bool receipt;
  } cases[] = {
      {"", false},
      {"Prefer: receipt\r\n", true},
      {"prefer: RECEIPT\r\n", true},
      {"Prefer: respond-async, wait=5, receipt\r\n", true},
      {"Prefer: respond-async\r\nPrefer: receipt; foo=1\r\n", true},
      {"Prefer: return=minimal\r\n", false},
      {"Prefer: receipts\r\n", false},
      {"Prefer: foo; receipt\r\n", false},
      {"Prefer: ,, ,\r\n", false},
  };
  backend_.answer_with(answers::Full{});
  for (const auto& one : cases) {
    EXPECT_EQ(ask(request("POST", "/v1/orders", std::string(receipted_body), one.lines)).status,
              503);
    EXPECT_EQ(backend_.last_receipt(), one.receipt) << one.lines;
  }
}

TEST_F(OrderApiTest, PutsTheReceiptIntoTheAnswerAndSaysSo) {
  for (const bool replayed : {false, true}) {
    const answers::Accepted accepted{{42}, Timestamp(Duration(5)), replayed};
    backend_.answer_with(accepted);
    const HttpReply plain = ask(request("POST", "/v1/orders", std::string(receipted_body)));
    backend_.answer_with(
        answers::AcceptedWithReceipt{std::make_shared<const answers::AcceptedWithReceipt::Content>(
            answers::AcceptedWithReceipt::Content{accepted, "aaa.bbb.ccc"})});
    const HttpReply reply = ask(request("POST", "/v1/orders", std::string(receipted_body)));
    EXPECT_EQ(reply.status, 202);
    EXPECT_EQ(reply.header("Preference-Applied"), "receipt");
    EXPECT_EQ(reply.header("Location"), plain.header("Location"));
    EXPECT_EQ(reply.header("Idempotency-Replayed"), plain.header("Idempotency-Replayed"));
    nlohmann::json body = nlohmann::json::parse(reply.body);
    EXPECT_EQ(body["receipt"], "aaa.bbb.ccc");
    body.erase("receipt");
    EXPECT_EQ(body, nlohmann::json::parse(plain.body));
  }
}

TEST_F(OrderApiTest, PublishesTheKeysOfReceiptsToEverybody) {
  const HttpReply reply = ask(raw_request("GET", "/v1/keys", ""));
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.header("Content-Type"), "application/jwk-set+json");
  EXPECT_TRUE(nlohmann::json::parse(reply.body)["keys"].is_array());
}

}  // namespace
}  // namespace spillway::net
