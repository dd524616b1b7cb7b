#include "storage/journal/seal.hpp"

#include <array>
#include <cstring>

#include "storage/base/bytes.hpp"

namespace spillway::storage {

namespace {

constexpr std::uint8_t seal_version = 1;

static_assert(crypto_aead_aes256gcm_ABYTES == RecordSeal::tag_size);
static_assert(crypto_aead_chacha20poly1305_ietf_ABYTES == RecordSeal::tag_size);
static_assert(crypto_aead_aes256gcm_KEYBYTES == sizeof(SecretKey::bytes));
static_assert(crypto_aead_chacha20poly1305_ietf_KEYBYTES == sizeof(SecretKey::bytes));

using Nonce = std::array<unsigned char, 12>;
static_assert(crypto_aead_aes256gcm_NPUBBYTES == sizeof(Nonce));
static_assert(crypto_aead_chacha20poly1305_ietf_NPUBBYTES == sizeof(Nonce));

using AssociatedData = std::array<unsigned char, RecordSeal::header_size + 8>;

AssociatedData associated_data(const char* header, RecordNumber number) {
  AssociatedData data;
  std::memcpy(data.data(), header, RecordSeal::header_size);
  put_big_endian(data.data() + RecordSeal::header_size, number.value);
  return data;
}

Nonce nonce_of(const char* header, RecordNumber number) {
  Nonce nonce;
  std::memcpy(nonce.data(), header + 2, 4);
  put_big_endian(nonce.data() + 4, number.value);
  return nonce;
}

unsigned char* bytes_of(char* text) {
  return reinterpret_cast<unsigned char*>(text);
}
const unsigned char* bytes_of(const char* text) {
  return reinterpret_cast<const unsigned char*>(text);
}

Error damaged(RecordNumber number) {
  return Error{"record " + std::to_string(number.value) +
               " is damaged, or sealed with another master key"};
}

}  // namespace

SealAlgorithm RecordSeal::fastest_here() {
  SPILLWAY_CHECK(sodium_init() >= 0, "libsodium does not start");
  return crypto_aead_aes256gcm_is_available() != 0 ? SealAlgorithm::aes256_gcm
                                                   : SealAlgorithm::chacha20_poly1305;
}

RecordSeal::RecordSeal(const SecretKey& key, SealAlgorithm algorithm)
    : key_(key),
      algorithm_(algorithm),
      aes_here_(fastest_here() == SealAlgorithm::aes256_gcm),
      salt_(randombytes_random()) {
  SPILLWAY_CHECK(aes_here_ || algorithm_ != SealAlgorithm::aes256_gcm,
                 "this processor has no instructions for AES");
  if (aes_here_) crypto_aead_aes256gcm_beforenm(&aes_, key_.bytes.data());
}

RecordSeal::~RecordSeal() {
  sodium_memzero(&aes_, sizeof aes_);
}

void RecordSeal::seal(RecordNumber number, const SealedContent& content, char* out) const {
  out[0] = static_cast<char>(seal_version);
  out[1] = static_cast<char>(algorithm_);
  std::memcpy(out + 2, &salt_, 4);
  const AssociatedData associated = associated_data(out, number);
  const Nonce nonce = nonce_of(out, number);

  char* plain = out + header_size;
  put_big_endian(plain, content.order.value);
  put_big_endian(plain + 8, static_cast<std::uint64_t>(content.at.time_since_epoch().count()));
  plain[16] = static_cast<char>(content.kind);
  if (!content.body.empty())
    std::memcpy(plain + fixed_size, content.body.data(), content.body.size());
  unsigned char* text = bytes_of(plain);
  const std::size_t size = fixed_size + content.body.size();
  if (algorithm_ == SealAlgorithm::aes256_gcm) {
    crypto_aead_aes256gcm_encrypt_afternm(text, nullptr, text, size, associated.data(),
                                          associated.size(), nullptr, nonce.data(), &aes_);
  } else {
    crypto_aead_chacha20poly1305_ietf_encrypt(text, nullptr, text, size, associated.data(),
                                              associated.size(), nullptr, nonce.data(),
                                              key_.bytes.data());
  }
}

Result<SealedContent> RecordSeal::open(RecordNumber number, std::string_view stored,
                                       std::string& buffer) const {
  if (stored.size() < overhead || stored[0] != static_cast<char>(seal_version))
    return damaged(number);
  const auto algorithm = static_cast<SealAlgorithm>(stored[1]);
  const AssociatedData associated = associated_data(stored.data(), number);
  const Nonce nonce = nonce_of(stored.data(), number);
  const unsigned char* sealed = bytes_of(stored.data()) + header_size;
  const std::size_t sealed_size = stored.size() - header_size;
  buffer.resize(sealed_size - tag_size);
  int failed = -1;
  if (algorithm == SealAlgorithm::aes256_gcm) {
    if (!aes_here_)
      return Error{"record " + std::to_string(number.value) +
                   " is sealed with AES-256-GCM, for which this processor has no instructions"};
    failed = crypto_aead_aes256gcm_decrypt_afternm(bytes_of(buffer.data()), nullptr, nullptr,
                                                   sealed, sealed_size, associated.data(),
                                                   associated.size(), nonce.data(), &aes_);
  } else if (algorithm == SealAlgorithm::chacha20_poly1305) {
    failed = crypto_aead_chacha20poly1305_ietf_decrypt(
        bytes_of(buffer.data()), nullptr, nullptr, sealed, sealed_size, associated.data(),
        associated.size(), nonce.data(), key_.bytes.data());
  }
  if (failed != 0) return damaged(number);
  SealedContent content;
  content.order = {get_big_endian<std::uint64_t>(buffer.data())};
  content.at = Timestamp(
      Duration(static_cast<std::int64_t>(get_big_endian<std::uint64_t>(buffer.data() + 8))));
  content.kind = static_cast<std::uint8_t>(buffer[16]);
  content.body = std::string_view(buffer).substr(fixed_size);
  return content;
}

}  // namespace spillway::storage
