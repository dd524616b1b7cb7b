#include "storage/keys/keyring.hpp"

#include <chrono>
#include <system_error>
#include <utility>

#include "engine/base/invariants.hpp"
#include "storage/base/bytes.hpp"
#include "storage/base/data_folder.hpp"
#include "storage/base/private_files.hpp"
#include "storage/keys/master_key.hpp"

namespace spillway::storage {

namespace {

namespace fs = std::filesystem;

constexpr const char* card_epochs_name = "card";
constexpr std::size_t system_keys_size_max = 1 << 20;

fs::path system_keys_path(const fs::path& folder) {
  return folder / "system.keys";
}

// The folder's keys, and the master key that opened them.
struct Opened {
  SystemKeys keys;
  MasterKey master;
};

Error no_master_key(const fs::path& folder) {
  return Error{"the file " + master_path(folder).string() + " is missing, and " +
               Keyring::environment_name +
               " is not set: without the master key the data cannot be read"};
}

Result<Opened> read_system_keys(const fs::path& folder,
                                const std::optional<std::string>& master_hex) {
  const fs::path path = system_keys_path(folder);
  const auto file = read_private_file(path, system_keys_size_max);
  if (!file) return file.error();
  const auto candidates = master_candidates(folder, master_hex);
  if (!candidates) return candidates.error();
  if (candidates->empty()) return no_master_key(folder);
  for (const MasterKey& master : *candidates) {
    auto keys = unwrap_system_keys(*file, master.key);
    if (keys) return Opened{std::move(*keys), master};
  }
  return Error{"the file " + path.string() +
               " does not open: it is damaged, or the master key is another one"};
}

Result<Opened> read_and_settle(const fs::path& folder,
                               const std::optional<std::string>& master_hex) {
  auto opened = read_system_keys(folder, master_hex);
  if (!opened) return opened;
  if (auto settled = settle_master_files(folder, opened->master.source); !settled)
    return settled.error();
  return opened;
}

// What a folder that has no file of system keys yet begins with: new ones, or, when there is data,
// those of the first format. That they are the right ones is known when a card epoch opens.
Result<Opened> first_system_keys(const fs::path& data_folder, const fs::path& folder,
                                 const std::optional<std::string>& master_hex) {
  const auto epochs = EpochKeys::files(folder, card_epochs_name);
  if (!epochs) return epochs.error();
  const bool journal_is_there = fs::exists(journal_folder(data_folder) / "data.mdb");
  auto candidates = master_candidates(folder, master_hex);
  if (!candidates) return candidates.error();
  if (epochs->empty()) {
    if (journal_is_there)
      return Error{"the file " + system_keys_path(folder).string() +
                   " is missing: without it the data cannot be read"};
    auto master =
        candidates->empty() ? make_master_file(folder) : Result<MasterKey>(candidates->front());
    if (!master) return master.error();
    return Opened{new_system_keys(), *master};
  }
  if (candidates->empty()) return no_master_key(folder);
  return Opened{derived_system_keys(candidates->front().key), candidates->front()};
}

Result<FileLock> prepare_folder(const fs::path& data_folder) {
  SPILLWAY_CHECK(sodium_init() >= 0, "libsodium does not start");
  const fs::path folder = keys_folder(data_folder);
  for (const fs::path& path : {data_folder, folder})
    if (auto made = ensure_private_folder(path); !made) return made.error();
  auto lock = FileLock::take(folder / "lock");
  if (!lock) return lock.error();
  if (auto done = destroy_leftovers(folder); !done) return done.error();
  return lock;
}

Result<Opened> open_for_change(const fs::path& data_folder,
                               const std::optional<std::string>& master_hex) {
  const fs::path folder = keys_folder(data_folder);
  if (!fs::exists(system_keys_path(folder)))
    return Error{"there is no file " + system_keys_path(folder).string() +
                 ": a start of this version makes it"};
  return read_and_settle(folder, master_hex);
}

}  // namespace

Timestamp clock_now() {
  return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

Result<Keyring> Keyring::open(const fs::path& data_folder,
                              const std::optional<std::string>& master_hex, Timestamp now) {
  const auto lock = prepare_folder(data_folder);
  if (!lock) return lock.error();
  const fs::path folder = keys_folder(data_folder);
  const bool known = fs::exists(system_keys_path(folder));
  auto opened = known ? read_and_settle(folder, master_hex)
                      : first_system_keys(data_folder, folder, master_hex);
  if (!opened) return opened.error();
  if (!known) {
    // Before the first file is written that hangs on them; of the first format, after one opened.
    const auto there = EpochKeys::files(folder, card_epochs_name);
    if (!there) return there.error();
    if (!there->empty()) {
      const auto trial = EpochKeys::open(folder, card_epochs_name, opened->keys.card_wrapping, now);
      if (!trial) return trial.error();
    }
    if (auto written =
            write_private_file(system_keys_path(folder), wrap(opened->keys, opened->master.key));
        !written)
      return written.error();
  }
  auto cards = EpochKeys::open(folder, card_epochs_name, opened->keys.card_wrapping, now);
  if (!cards) return cards.error();
  return Keyring(std::move(opened->keys), std::move(*cards));
}

Result<Keyring> Keyring::look(const fs::path& data_folder,
                              const std::optional<std::string>& master_hex) {
  SPILLWAY_CHECK(sodium_init() >= 0, "libsodium does not start");
  const fs::path folder = keys_folder(data_folder);
  if (!fs::exists(folder)) return Error{"there are no keys in " + data_folder.string()};
  if (auto closed = check_private_folder(folder); !closed) return closed.error();
  auto opened = [&]() -> Result<Opened> {
    if (fs::exists(system_keys_path(folder))) return read_system_keys(folder, master_hex);
    const auto candidates = master_candidates(folder, master_hex);  // of the first format
    if (!candidates) return candidates.error();
    if (candidates->empty()) return no_master_key(folder);
    return Opened{derived_system_keys(candidates->front().key), candidates->front()};
  }();
  if (!opened) return opened.error();
  auto cards = EpochKeys::look(folder, card_epochs_name, opened->keys.card_wrapping);
  if (!cards) return cards.error();
  return Keyring(std::move(opened->keys), std::move(*cards));
}

// Derived, since the file of system keys has one for the registry: that of its members' keys.
namespace {

SecretKey derived(const SecretKey& from, const char (&context)[crypto_kdf_CONTEXTBYTES + 1]) {
  static_assert(sizeof(SecretKey::Bytes) == crypto_kdf_KEYBYTES);
  SecretKey key;
  crypto_kdf_derive_from_key(key.bytes.data(), key.bytes.size(), 1, context, from.bytes.data());
  return key;
}

}  // namespace

SecretKey Keyring::registry() const {
  return derived(system_.members, "registry");
}

SecretKey Keyring::books() const {
  return derived(system_.journal, "books   ");
}

OrderCodes::Key Keyring::order_codes() const {
  return {get_big_endian<std::uint64_t>(system_.order_codes.bytes.data()),
          get_big_endian<std::uint64_t>(system_.order_codes.bytes.data() + 8)};
}

Result<void> rotate_master_key(const fs::path& data_folder,
                               const std::optional<std::string>& master_hex,
                               const std::optional<std::string>& next_hex) {
  if (!fs::exists(keys_folder(data_folder)))
    return Error{"there are no keys in " + data_folder.string()};
  const auto lock = prepare_folder(data_folder);
  if (!lock) return lock.error();
  const auto opened = open_for_change(data_folder, master_hex);
  if (!opened) return opened.error();
  const fs::path folder = keys_folder(data_folder);
  const bool in_environment = opened->master.source == MasterKey::Source::environment;
  if (in_environment != next_hex.has_value())
    return Error{in_environment
                     ? std::string("the master key is in the environment: the new one must be "
                                   "there, too, as ") +
                           Keyring::next_environment_name
                     : std::string("the master key is in a file, and the new one will be: ") +
                           Keyring::next_environment_name + " must not be set"};
  const auto next = in_environment ? master_from_hex(*next_hex, Keyring::next_environment_name)
                                   : make_next_master_file(folder);
  if (!next) return next.error();
  if (auto replaced = replace_private_file(system_keys_path(folder), wrap(opened->keys, *next));
      !replaced)
    return replaced;
  return settle_master_files(
      folder, in_environment ? MasterKey::Source::environment : MasterKey::Source::next_file);
}

Result<void> rotate_signing_key(const fs::path& data_folder,
                                const std::optional<std::string>& master_hex) {
  if (!fs::exists(keys_folder(data_folder)))
    return Error{"there are no keys in " + data_folder.string()};
  const auto lock = prepare_folder(data_folder);
  if (!lock) return lock.error();
  auto opened = open_for_change(data_folder, master_hex);
  if (!opened) return opened.error();
  SystemKeys& keys = opened->keys;
  keys.past_signing.push_back(public_key_of(keys.signing));
  randombytes_buf(keys.signing.bytes.data(), keys.signing.bytes.size());
  return replace_private_file(system_keys_path(keys_folder(data_folder)),
                              wrap(keys, opened->master.key));
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
