#include "storage/keyring.hpp"

#include <algorithm>
#include <cstdio>
#include <system_error>
#include <utility>
#include <vector>

#include "storage/bytes.hpp"
#include "storage/private_files.hpp"

namespace spillway::storage {

namespace {

namespace fs = std::filesystem;

// The numbers by which crypto_kdf tells the keys apart: never give one a second meaning.
enum class KeyUse : std::uint64_t {
  journal = 1,
  checksums = 2,
  idempotency = 3,
  order_codes = 4,
  card_wrapping = 5,
};
constexpr char key_context[crypto_kdf_CONTEXTBYTES + 1] = "spillway";

template <std::size_t size>
Secret<size> derive_key(const SecretKey& master, KeyUse use) {
  static_assert(sizeof(SecretKey::bytes) == crypto_kdf_KEYBYTES);
  Secret<size> key;
  crypto_kdf_derive_from_key(key.bytes.data(), size, static_cast<std::uint64_t>(use), key_context,
                             master.bytes.data());
  return key;
}

// A card key's file: version (1 byte), epoch (4, big-endian), nonce (24), the key under
// crypto_secretbox (16 + 32).
constexpr std::uint8_t card_key_version = 1;
constexpr std::size_t card_key_head = 5;
constexpr std::size_t card_key_size = card_key_head + crypto_secretbox_NONCEBYTES +
                                      crypto_secretbox_MACBYTES + sizeof(SecretKey::bytes);

fs::path card_key_path(const fs::path& folder, CardEpoch epoch) {
  char name[40];
  std::snprintf(name, sizeof name, "card-epoch-%04u.key", epoch);
  return folder / name;
}

unsigned char* bytes_of(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

std::string wrap_card_key(CardEpoch epoch, const SecretKey& key, const SecretKey& wrapping) {
  std::string file(card_key_size, '\0');
  file[0] = static_cast<char>(card_key_version);
  put_big_endian(file.data() + 1, epoch);
  unsigned char* nonce = bytes_of(file) + card_key_head;
  randombytes_buf(nonce, crypto_secretbox_NONCEBYTES);
  crypto_secretbox_easy(nonce + crypto_secretbox_NONCEBYTES, key.bytes.data(), key.bytes.size(),
                        nonce, wrapping.bytes.data());
  return file;
}

Result<std::pair<CardEpoch, SecretKey>> unwrap_card_key(const fs::path& path,
                                                        const SecretKey& wrapping) {
  auto file = read_private_file(path, card_key_size);
  if (!file) return file.error();
  if (file->size() != card_key_size || (*file)[0] != static_cast<char>(card_key_version))
    return Error{"the file " + path.string() + " is not a card key of a version that is known"};
  const auto epoch = get_big_endian<CardEpoch>(file->data() + 1);
  if (epoch == 0 || path.filename() != card_key_path({}, epoch))
    return Error{"the file " + path.string() + " holds the card key of another epoch"};
  SecretKey key;
  const unsigned char* nonce = bytes_of(*file) + card_key_head;
  if (crypto_secretbox_open_easy(key.bytes.data(), nonce + crypto_secretbox_NONCEBYTES,
                                 key.bytes.size() + crypto_secretbox_MACBYTES, nonce,
                                 wrapping.bytes.data()) != 0)
    return Error{"the file " + path.string() +
                 " does not open: it is damaged, or the master key is another one"};
  return std::pair{epoch, key};
}

Result<SecretKey> master_from_hex(const std::string& hex) {
  SecretKey key;
  std::size_t size = 0;
  if (hex.size() != 2 * key.bytes.size() ||
      sodium_hex2bin(key.bytes.data(), key.bytes.size(), hex.data(), hex.size(), nullptr, &size,
                     nullptr) != 0 ||
      size != key.bytes.size())
    return Error{std::string(Keyring::environment_name) + " must be 64 hex digits"};
  return key;
}

bool is_card_key(const fs::path& path) {
  return path.extension() == ".key" && path.filename().string().starts_with("card-epoch-");
}

Result<std::vector<fs::path>> card_key_files(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator file(folder, error), end; !error && file != end;
       file.increment(error))
    if (is_card_key(file->path())) files.push_back(file->path());
  if (error) return Error{"cannot read the folder " + folder.string() + ": " + error.message()};
  return files;
}

// From the environment, from the file, or new when there is nothing yet that a lost key had sealed.
Result<SecretKey> open_master(const fs::path& folder, bool data_is_there,
                              const std::optional<std::string>& master_hex) {
  if (master_hex) return master_from_hex(*master_hex);
  const fs::path path = folder / "master.key";
  SecretKey key;
  std::error_code error;
  if (!fs::exists(path, error)) {
    if (data_is_there)
      return Error{"the file " + path.string() + " is missing, and " + Keyring::environment_name +
                   " is not set: without the master key the data cannot be read"};
    randombytes_buf(key.bytes.data(), key.bytes.size());
    const std::string_view content(reinterpret_cast<const char*>(key.bytes.data()),
                                   key.bytes.size());
    if (auto written = write_private_file(path, content); !written) return written.error();
    return key;
  }
  auto content = read_private_file(path, key.bytes.size());
  if (!content) return content.error();
  if (content->size() != key.bytes.size())
    return Error{"the file " + path.string() + " must hold 32 bytes"};
  std::copy(content->begin(), content->end(), key.bytes.begin());
  sodium_memzero(content->data(), content->size());
  return key;
}

}  // namespace

void Keyring::derive(const SecretKey& master) {
  journal_ = derive_key<32>(master, KeyUse::journal);
  checksums_ = derive_key<16>(master, KeyUse::checksums);
  idempotency_ = derive_key<16>(master, KeyUse::idempotency);
  order_codes_ = derive_key<16>(master, KeyUse::order_codes);
}

Result<void> Keyring::open_card_keys(const fs::path& folder, const SecretKey& wrapping) {
  const auto files = card_key_files(folder);
  if (!files) return files.error();
  for (const fs::path& path : *files) {
    const auto opened = unwrap_card_key(path, wrapping);
    if (!opened) return opened.error();
    card_keys_.insert(*opened);
  }
  if (!card_keys_.empty()) return {};
  SecretKey key;
  randombytes_buf(key.bytes.data(), key.bytes.size());
  const CardEpoch first{1};
  card_keys_.emplace(first, key);
  return write_private_file(card_key_path(folder, first), wrap_card_key(first, key, wrapping));
}

Result<Keyring> Keyring::open(const fs::path& data_folder,
                              const std::optional<std::string>& master_hex) {
  SPILLWAY_CHECK(sodium_init() >= 0, "libsodium does not start");
  const fs::path folder = data_folder / "keys";
  for (const fs::path& path : {data_folder, folder})
    if (auto made = ensure_private_folder(path); !made) return made.error();
  const auto files = card_key_files(folder);
  if (!files) return files.error();
  std::error_code error;
  const bool data_is_there =
      !files->empty() || fs::exists(data_folder / "journal" / "data.mdb", error);
  const auto master = open_master(folder, data_is_there, master_hex);
  if (!master) return master.error();

  Keyring keys;
  keys.derive(*master);
  const auto opened = keys.open_card_keys(folder, derive_key<32>(*master, KeyUse::card_wrapping));
  if (!opened) return opened.error();
  return keys;
}

OrderCodes::Key Keyring::order_codes() const {
  return {get_big_endian<std::uint64_t>(order_codes_.bytes.data()),
          get_big_endian<std::uint64_t>(order_codes_.bytes.data() + 8)};
}

IdempotencyMark IdempotencyHash::mark(ShopId shop, std::string_view key,
                                      std::string_view body) const {
  IdempotencyMark mark;
  if (key.empty()) return mark;
  std::string text(4 + key.size(), '\0');
  put_big_endian(text.data(), shop.value);
  key.copy(text.data() + 4, key.size());
  mark.key = hash.wide(text);
  if (!mark.present()) mark.key[0] = 1;  // zeros stand for "no key"
  mark.body = hash.of(body);
  return mark;
}

}  // namespace spillway::storage
