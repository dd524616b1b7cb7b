#include "storage/registry/keyed_answer_rows.hpp"

#include <sodium.h>

#include "engine/base/byte_view.hpp"
#include "storage/base/bytes.hpp"
#include "storage/base/message_pack.hpp"

namespace spillway::storage {

namespace {

constexpr std::uint64_t keyed_answer_row_version = 1;
constexpr std::size_t keyed_answer_row_elements =
    3;  // keyed_answer_row_version, credential, sealed answer
constexpr std::size_t hash_size = 16;
constexpr std::size_t nonce_size = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_size = crypto_aead_xchacha20poly1305_ietf_ABYTES;
static_assert(crypto_aead_xchacha20poly1305_ietf_KEYBYTES == sizeof(AnswerSecret));

std::string pack(const KeyedAnswer& answer) {
  std::size_t size =
      2 * PackWriter::array_max + PackWriter::number_max + PackWriter::text_max(answer.json.size());
  for (const auto& [name, value] : answer.headers)
    size += PackWriter::text_max(name.size()) + PackWriter::text_max(value.size());
  std::string bytes(size, '\0');
  PackWriter out(bytes.data());
  out.array(3);
  out.number(answer.status);
  out.text(answer.json);
  out.array(2 * answer.headers.size());
  for (const auto& [name, value] : answer.headers) {
    out.text(name);
    out.text(value);
  }
  bytes.resize(static_cast<std::size_t>(out.end() - bytes.data()));
  return bytes;
}

std::optional<KeyedAnswer> unpack(std::string_view bytes) {
  PackReader in(bytes);
  in.array_of(3);
  KeyedAnswer answer;
  answer.status = in.number();
  answer.json = in.text();
  const std::size_t fields = in.array() / 2;
  for (std::size_t i = 0; i < fields && !in.failed(); ++i) {
    std::string name(in.text());
    answer.headers.emplace_back(std::move(name), in.text());
  }
  if (in.failed() || !in.at_end()) return std::nullopt;
  return answer;
}

std::optional<std::string> open(std::string_view answer_key, std::string_view sealed,
                                const AnswerSecret& secret) {
  if (sealed.size() < nonce_size + tag_size) return std::nullopt;
  const std::string_view cipher = sealed.substr(nonce_size);
  std::string plain(cipher.size() - tag_size, '\0');
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(
          bytes_of(plain), nullptr, nullptr, bytes_of(cipher), cipher.size(), bytes_of(answer_key),
          answer_key.size(), bytes_of(sealed), secret.data()) != 0)
    return std::nullopt;
  return plain;
}

}  // namespace

std::string keyed_answer_key(const std::array<std::uint64_t, 2>& name) {
  std::string key(1 + hash_size, 'k');
  put_big_endian(key.data() + 1, name[0]);
  put_big_endian(key.data() + 9, name[1]);
  return key;
}

std::string keyed_answer_time_key(Timestamp at, std::string_view answer_key) {
  std::string key(keyed_answer_times);
  key.resize(1 + 8);
  put_big_endian(key.data() + 1, static_cast<std::uint64_t>(at.time_since_epoch().count()));
  return key.append(answer_key.substr(1));
}

std::optional<AnswerTime> keyed_answer_time_from(std::string_view time_key) {
  if (time_key.size() != 1 + 8 + hash_size || !time_key.starts_with(keyed_answer_times))
    return std::nullopt;
  const auto at = get_big_endian<std::uint64_t>(time_key.data() + 1);
  std::string answer_key("k");
  return AnswerTime{Timestamp(Duration(static_cast<std::int64_t>(at))),
                    answer_key.append(time_key.substr(9))};
}

std::string seal_keyed_answer(std::string_view answer_key, std::string_view credential,
                              const AnswerSecret& secret, const KeyedAnswer& answer) {
  std::string plain = pack(answer);
  std::string sealed(nonce_size + plain.size() + tag_size, '\0');
  randombytes_buf(sealed.data(), nonce_size);
  crypto_aead_xchacha20poly1305_ietf_encrypt(
      bytes_of(sealed) + nonce_size, nullptr, bytes_of(plain), plain.size(), bytes_of(answer_key),
      answer_key.size(), nullptr, bytes_of(sealed), secret.data());
  sodium_memzero(plain.data(), plain.size());
  std::string bytes(PackWriter::array_max + PackWriter::number_max +
                        PackWriter::text_max(credential.size()) +
                        PackWriter::text_max(sealed.size()),
                    '\0');
  PackWriter out(bytes.data());
  out.array(keyed_answer_row_elements);
  out.number(keyed_answer_row_version);
  out.text(credential);
  out.text(sealed);
  bytes.resize(static_cast<std::size_t>(out.end() - bytes.data()));
  return bytes;
}

std::optional<FoundAnswer> open_keyed_answer(std::string_view answer_key, std::string_view value,
                                             const AnswerSecret& secret) {
  PackReader in(value);
  in.array_of(keyed_answer_row_elements);
  if (in.number() != keyed_answer_row_version) return std::nullopt;
  FoundAnswer found{std::string(in.text()), std::nullopt};
  const std::string_view sealed = in.text();
  if (in.failed() || !in.at_end()) return std::nullopt;
  if (auto plain = open(answer_key, sealed, secret)) {
    found.answer = unpack(*plain);
    sodium_memzero(plain->data(), plain->size());
  }
  return found;
}

}  // namespace spillway::storage
