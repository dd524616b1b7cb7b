#include "net/api/orders/receipt.hpp"

#include <optional>

#include <nlohmann/json.hpp>
#include <sodium.h>

#include "engine/base/byte_view.hpp"
#include "engine/base/invariants.hpp"
#include "net/api/common/order_json.hpp"

namespace spillway::net {

namespace {

using Json = nlohmann::json;

constexpr std::string_view receipt_type = "spillway-receipt+jws";
constexpr std::size_t receipt_size_max = 16 * 1024;

std::string to_base64url(std::span<const unsigned char> bytes) {
  constexpr int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::string text(sodium_base64_encoded_len(bytes.size(), variant), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), variant);
  text.pop_back();  // the zero at the end
  return text;
}

std::string to_base64url(std::string_view text) {
  return to_base64url(std::span(bytes_of(text), text.size()));
}

std::optional<std::string> from_base64url(std::string_view text) {
  std::string bytes(text.size(), '\0');
  std::size_t size = 0;
  const char* end = nullptr;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(),
                        text.size(), nullptr, &size, &end,
                        sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
      end != text.data() + text.size())
    return std::nullopt;
  bytes.resize(size);
  return bytes;
}

// RFC 7638: the hash of the key's required members, in their order, without spaces.
std::string thumbprint(const ReceiptPublicKey& key) {
  const std::string members =
      R"({"crv":"Ed25519","kty":"OKP","x":")" + to_base64url(std::span(key)) + "\"}";
  std::array<unsigned char, crypto_hash_sha256_BYTES> hash;
  crypto_hash_sha256(hash.data(), bytes_of(members), members.size());
  return to_base64url(std::span(hash));
}

std::string payload_of(const Receipt& receipt) {
  std::string out = R"({"order":")" + receipt.order + R"(","shop":)" +
                    std::to_string(receipt.shop) + R"(,"reference":)";
  append_json_text(out, receipt.reference);
  out += R"(,"amount":)" + std::to_string(receipt.amount) + R"(,"currency":")" + receipt.currency +
         R"(","received_at":")" + receipt.received_at + R"(","record":)" +
         std::to_string(receipt.record) + R"(,"commit":{"first":)" +
         std::to_string(receipt.commit_first) + R"(,"last":)" +
         std::to_string(receipt.commit_last) + R"(,"chain":")" + receipt.chain + R"("}})";
  return out;
}

Result<Receipt> read_payload(const std::string& text) {
  const Json json = Json::parse(text, nullptr, false);
  const Error malformed{"the receipt's content is not what a receipt holds"};
  if (!json.is_object()) return malformed;
  Receipt receipt;
  try {
    receipt.order = json.at("order").get<std::string>();
    receipt.shop = json.at("shop").get<std::uint32_t>();
    receipt.reference = json.at("reference").get<std::string>();
    receipt.amount = json.at("amount").get<std::int64_t>();
    receipt.currency = json.at("currency").get<std::string>();
    receipt.received_at = json.at("received_at").get<std::string>();
    receipt.record = json.at("record").get<std::uint64_t>();
    const Json& commit = json.at("commit");
    receipt.commit_first = commit.at("first").get<std::uint64_t>();
    receipt.commit_last = commit.at("last").get<std::uint64_t>();
    receipt.chain = commit.at("chain").get<std::string>();
  } catch (const Json::exception&) {  // the library's only way to say it
    return malformed;
  }
  return receipt;
}

std::string text_member(const Json& object, const char* name) {
  const auto member = object.is_object() ? object.find(name) : object.end();
  return object.is_object() && member != object.end() && member->is_string()
             ? member->get<std::string>()
             : std::string();
}

Result<std::string> key_named(const std::string& kid, std::string_view keys) {
  const Json set = Json::parse(keys, nullptr, false);
  const auto list = set.is_object() ? set.find("keys") : set.end();
  if (!set.is_object() || list == set.end() || !list->is_array())
    return Error{"the keys are not a JWK Set (RFC 7517)"};
  for (const Json& key : *list) {
    if (text_member(key, "kid") != kid || text_member(key, "kty") != "OKP" ||
        text_member(key, "crv") != "Ed25519")
      continue;
    const auto bytes = from_base64url(text_member(key, "x"));
    if (bytes && bytes->size() == sizeof(ReceiptPublicKey)) return *bytes;
  }
  return Error{"none of the keys is the one that the receipt names: " + kid};
}

}  // namespace

ReceiptSigner::ReceiptSigner(std::span<const unsigned char, 32> seed) {
  SPILLWAY_CHECK(sodium_init() >= 0, "libsodium could not be started");
  secret_ = static_cast<unsigned char*>(sodium_malloc(crypto_sign_SECRETKEYBYTES));
  SPILLWAY_CHECK(secret_ != nullptr, "there is no memory that can be locked for a key");
  crypto_sign_seed_keypair(public_.data(), secret_, seed.data());
  head_ = to_base64url(R"({"alg":"EdDSA","kid":")" + thumbprint(public_) + R"(","typ":")" +
                       std::string(receipt_type) + "\"}") +
          ".";
}

ReceiptSigner::~ReceiptSigner() {
  sodium_free(secret_);  // wipes it
}

std::string ReceiptSigner::sign(const Receipt& receipt) const {
  std::string text = head_ + to_base64url(payload_of(receipt));
  std::array<unsigned char, crypto_sign_BYTES> signature;
  crypto_sign_detached(signature.data(), nullptr, bytes_of(text), text.size(), secret_);
  return text + "." + to_base64url(std::span(signature));
}

std::string jwk_set(std::span<const ReceiptPublicKey> keys) {
  std::string out = R"({"keys":[)";
  for (const ReceiptPublicKey& key : keys) {
    if (out.back() == '}') out += ',';
    out += R"({"kty":"OKP","crv":"Ed25519","alg":"EdDSA","use":"sig","kid":")" + thumbprint(key) +
           R"(","x":")" + to_base64url(std::span(key)) + "\"}";
  }
  return out + "]}";
}

Result<Receipt> check_receipt(std::string_view receipt, std::string_view keys) {
  const std::size_t first = receipt.find('.');
  const std::size_t second = receipt.find('.', first == receipt.npos ? first : first + 1);
  const Error malformed{"the receipt is not a JSON Web Signature in the compact form (RFC 7515)"};
  if (receipt.size() > receipt_size_max || second == receipt.npos) return malformed;
  const auto head = from_base64url(receipt.substr(0, first));
  const auto payload = from_base64url(receipt.substr(first + 1, second - first - 1));
  const auto signature = from_base64url(receipt.substr(second + 1));
  if (!head || !payload || !signature) return malformed;
  const Json header = Json::parse(*head, nullptr, false);
  if (text_member(header, "alg") != "EdDSA" || text_member(header, "typ") != receipt_type)
    return Error{"the receipt is not one of Spillway's, signed with EdDSA"};
  const auto key = key_named(text_member(header, "kid"), keys);
  if (!key) return key.error();
  const std::string_view signed_text = receipt.substr(0, second);
  if (signature->size() != crypto_sign_BYTES ||
      crypto_sign_verify_detached(bytes_of(*signature), bytes_of(signed_text), signed_text.size(),
                                  bytes_of(*key)) != 0)
    return Error{"the receipt's signature is not that of its key"};
  return read_payload(*payload);
}

}  // namespace spillway::net
