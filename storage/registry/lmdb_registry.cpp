#include "storage/registry/lmdb_registry.hpp"

#include <algorithm>

#include <sodium.h>

#include "engine/base/byte_view.hpp"
#include "engine/base/invariants.hpp"
#include "storage/base/bytes.hpp"
#include "storage/base/limits.hpp"

namespace spillway::storage {

namespace {

constexpr std::uint32_t registry_format = 1;
constexpr char row_version = 1;

constexpr std::size_t row_nonce_size = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t row_tag_size = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t row_overhead = 1 + row_nonce_size + row_tag_size;
static_assert(crypto_aead_xchacha20poly1305_ietf_KEYBYTES == sizeof(SecretKey::bytes));
static_assert(limits::registry_key_max < 511, "LMDB's keys, and a byte for the table");

// As of the journal: a flipped bit can make LMDB find an older tree, or an empty one.
struct State {
  static constexpr std::size_t size = 28;
  std::uint32_t format = registry_format;
  std::uint64_t rows = 0;
  std::uint64_t transaction = 0;
};
constexpr std::string_view state_key = "state";

std::string to_bytes(const State& state, const KeyedHash& checksum) {
  std::string bytes(State::size, '\0');
  put_big_endian(bytes.data(), state.format);
  put_big_endian(bytes.data() + 4, state.rows);
  put_big_endian(bytes.data() + 12, state.transaction);
  put_big_endian(bytes.data() + 20, checksum.of({bytes.data(), 20}));
  return bytes;
}

std::optional<State> from_bytes(std::string_view bytes, const KeyedHash& checksum) {
  if (bytes.size() != State::size ||
      get_big_endian<std::uint64_t>(bytes.data() + 20) != checksum.of(bytes.substr(0, 20)))
    return std::nullopt;
  return State{get_big_endian<std::uint32_t>(bytes.data()),
               get_big_endian<std::uint64_t>(bytes.data() + 4),
               get_big_endian<std::uint64_t>(bytes.data() + 12)};
}

void must_be_written(int code, const char* step) {
  SPILLWAY_CHECK(code == MDB_SUCCESS, std::string("the registry cannot be written (") + step +
                                          "): " + lmdb_text(code) +
                                          ". What was answered before is safe on disk");
}

Error damaged(const std::string& what) {
  return Error{"the registry is damaged: " + what};
}

std::string row_key(RegistryTable table, std::string_view key) {
  SPILLWAY_CHECK(key.size() <= limits::registry_key_max, "a key of the registry is too long");
  return std::string(1, static_cast<char>(table)).append(key);
}

}  // namespace

// ---- Opening ----

LmdbRegistry::Options LmdbRegistry::default_options() {
  return {.map_size = limits::registry_map_size,
          .reserve = limits::registry_reserve,
          .extension = limits::registry_file_extension};
}

Result<std::unique_ptr<LmdbRegistry>> LmdbRegistry::open(const std::filesystem::path& folder,
                                                         const Keyring& keys,
                                                         const Options& options) {
  auto environment = LmdbEnvironment::open(folder, options);
  if (!environment) return environment.error();
  std::unique_ptr<LmdbRegistry> registry(new LmdbRegistry(std::move(*environment), keys));
  if (auto opened = registry->open_tables(); !opened) return opened.error();
  if (auto checked = registry->check_state(); !checked) return checked.error();
  registry->room_ = !options.read_only && registry->environment_->keep_reserve();
  return registry;
}

Result<void> LmdbRegistry::open_tables() {
  constexpr TableName names[] = {{"rows", 0}, {"state", 0}};
  return environment_->open_tables(names, tables_,
                                   [&](WriteTransaction& transaction) { put_state(transaction); });
}

Result<void> LmdbRegistry::check_state() {
  const ReadTransaction transaction(*environment_);
  MDB_val key = to_value(state_key);
  MDB_val value{};
  if (mdb_get(transaction.get(), state_table(), &key, &value) != MDB_SUCCESS)
    return damaged("it does not know what it holds");
  const auto state = from_bytes(to_text(value), checksum_);
  if (!state) return damaged("its state has a wrong checksum, or the master key is another one");
  if (state->format != registry_format)
    return Error{"the registry is of format " + std::to_string(state->format) +
                 ", which this version of Spillway does not know"};
  if (state->transaction != environment_->last_transaction())
    return damaged("it is not as the last commit left it");
  MDB_stat stat;
  if (mdb_stat(transaction.get(), rows_table(), &stat) != MDB_SUCCESS ||
      stat.ms_entries != state->rows)
    return damaged("it has not as many rows as it had");
  return {};
}

// ---- Writing ----

void LmdbRegistry::put_state(WriteTransaction& transaction) const {
  MDB_stat stat;
  must_be_written(mdb_stat(transaction.get(), rows_table(), &stat), "count");
  const std::string bytes =
      to_bytes({registry_format, stat.ms_entries, transaction.id()}, checksum_);
  MDB_val key = to_value(state_key);
  MDB_val value = to_value(bytes);
  must_be_written(mdb_put(transaction.get(), state_table(), &key, &value, 0), "state");
}

void LmdbRegistry::apply(WriteTransaction& transaction, const RegistryChange& change) const {
  SPILLWAY_CHECK(!change.key.empty(), "a row of the registry has no key");
  const std::string name = row_key(change.table, change.key);
  MDB_val key = to_value(name);
  if (!change.value) {
    const int code = mdb_del(transaction.get(), rows_table(), &key, nullptr);
    if (code != MDB_NOTFOUND) must_be_written(code, "erase");
    return;
  }
  SPILLWAY_CHECK(change.value->size() <= limits::registry_value_max,
                 "a row of the registry is too long");
  const std::string sealed = seal(name, *change.value);
  MDB_val value = to_value(sealed);
  must_be_written(mdb_put(transaction.get(), rows_table(), &key, &value, 0), "row");
}

void LmdbRegistry::commit(std::span<const RegistryChange> changes) {
  if (changes.empty()) return;
  WriteTransaction transaction(*environment_);
  for (const RegistryChange& change : changes) apply(transaction, change);
  put_state(transaction);
  must_be_written(transaction.commit(), "commit");
  room_.store(environment_->keep_reserve(), std::memory_order_relaxed);
}

bool LmdbRegistry::has_room() const {
  if (room_.load(std::memory_order_relaxed)) return true;
  const std::unique_lock guard(room_mutex_, std::try_to_lock);
  const auto now = std::chrono::steady_clock::now();
  if (!guard || now - room_checked_ < limits::room_check_interval) return false;
  room_checked_ = now;
  room_ = environment_->keep_reserve();
  return room_;
}

// ---- A row ----

std::string LmdbRegistry::seal(std::string_view row_key, std::string_view value) const {
  std::string stored(row_overhead + value.size(), '\0');
  stored[0] = row_version;
  unsigned char* nonce = bytes_of(stored) + 1;
  randombytes_buf(nonce, row_nonce_size);
  const std::string associated = std::string(1, row_version).append(row_key);
  crypto_aead_xchacha20poly1305_ietf_encrypt(nonce + row_nonce_size, nullptr, bytes_of(value),
                                             value.size(), bytes_of(associated), associated.size(),
                                             nullptr, nonce, key_.bytes.data());
  return stored;
}

Result<std::string> LmdbRegistry::open_row(std::string_view row_key,
                                           std::string_view stored) const {
  const auto name = [&] {
    return "a row of its table " + std::to_string(static_cast<unsigned char>(row_key[0]));
  };
  if (stored.size() < row_overhead || stored[0] != row_version)
    return damaged(name() + " is of no form that is known");
  std::string value(stored.size() - row_overhead, '\0');
  const std::string associated = std::string(1, row_version).append(row_key);
  const unsigned char* nonce = bytes_of(stored) + 1;
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(
          bytes_of(value), nullptr, nullptr, nonce + row_nonce_size,
          stored.size() - 1 - row_nonce_size, bytes_of(associated), associated.size(), nonce,
          key_.bytes.data()) != 0)
    return damaged(name() + " does not open");
  return value;
}

// ---- Reading ----

std::optional<std::string> LmdbRegistry::read(RegistryTable table, std::string_view key) const {
  const std::string name = row_key(table, key);
  const ReadTransaction transaction(*environment_);
  MDB_val at = to_value(name);
  MDB_val value{};
  const int code = mdb_get(transaction.get(), rows_table(), &at, &value);
  if (code == MDB_NOTFOUND) return std::nullopt;
  SPILLWAY_CHECK(code == MDB_SUCCESS, "the registry cannot be read: " + lmdb_text(code));
  auto row = open_row(name, to_text(value));
  SPILLWAY_CHECK(row.has_value(), row.error().message);
  return std::move(*row);
}

void LmdbRegistry::for_each(RegistryTable table, const RegistryRange& range,
                            const Visit& visit) const {
  const std::string prefix = row_key(table, range.prefix);
  const std::string after = row_key(table, range.after);
  const std::string& first = std::max(prefix, after);
  const ReadTransaction transaction(*environment_);
  Cursor cursor(transaction.get(), rows_table());
  MDB_val key = to_value(first);
  MDB_val value{};
  int code = cursor.get(key, value, MDB_SET_RANGE);
  if (code == MDB_SUCCESS && !range.after.empty() && to_text(key) == after)
    code = cursor.get(key, value, MDB_NEXT);
  for (; code == MDB_SUCCESS && to_text(key).starts_with(prefix);
       code = cursor.get(key, value, MDB_NEXT)) {
    auto row = open_row(to_text(key), to_text(value));
    SPILLWAY_CHECK(row.has_value(), row.error().message);
    if (!visit(to_text(key).substr(1), *row)) return;
  }
  SPILLWAY_CHECK(code == MDB_SUCCESS || code == MDB_NOTFOUND,
                 "the registry cannot be read: " + lmdb_text(code));
}

Result<std::uint64_t> LmdbRegistry::try_each() const {
  const ReadTransaction transaction(*environment_);
  Cursor cursor(transaction.get(), rows_table());
  MDB_val key{};
  MDB_val value{};
  std::uint64_t rows = 0;
  int code = cursor.get(key, value, MDB_FIRST);
  for (; code == MDB_SUCCESS; code = cursor.get(key, value, MDB_NEXT)) {
    if (key.mv_size < 2) return damaged("a row has no key");
    if (auto row = open_row(to_text(key), to_text(value)); !row) return row.error();
    ++rows;
  }
  if (code != MDB_NOTFOUND) return damaged("it cannot be read: " + lmdb_text(code));
  MDB_stat stat;
  if (mdb_stat(transaction.get(), rows_table(), &stat) != MDB_SUCCESS || stat.ms_entries != rows)
    return damaged("it has not as many rows as it says");
  return rows;
}

}  // namespace spillway::storage
