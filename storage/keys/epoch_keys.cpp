#include "storage/keys/epoch_keys.hpp"

#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <system_error>
#include <utility>

#include "engine/base/byte_view.hpp"
#include "engine/base/invariants.hpp"
#include "storage/base/bytes.hpp"
#include "storage/base/private_files.hpp"

namespace spillway::storage {

namespace {

namespace fs = std::filesystem;

constexpr char version = 2;
constexpr std::size_t nonce_at = 5;
constexpr std::size_t box_at = nonce_at + crypto_secretbox_NONCEBYTES;
constexpr std::size_t key_size = sizeof(SecretKey::bytes);
constexpr std::size_t content_sizes[] = {0, key_size, 12 + key_size};  // by version

Timestamp written_at(const fs::path& path) {
  std::error_code error;
  const auto at = std::chrono::file_clock::to_sys(fs::last_write_time(path, error));
  return error ? Timestamp() : std::chrono::time_point_cast<Duration>(at);
}

}  // namespace

fs::path EpochKeys::path_of(Epoch epoch) const {
  char number[24];
  std::snprintf(number, sizeof number, "-epoch-%04u.key", epoch);
  return folder_ / (name_ + number);
}

fs::path EpochKeys::last_path() const {
  return folder_ / (name_ + "-epoch.last");
}

Result<Epoch> EpochKeys::read_last() const {
  if (!fs::exists(last_path())) return Epoch{0};
  constexpr std::size_t digits_max = 10;
  const auto text = read_private_file(last_path(), digits_max + 1);
  if (!text) return text.error();
  Epoch epoch = 0;
  const char* end = text->data() + text->find('\n');
  if (!text->ends_with('\n') || std::from_chars(text->data(), end, epoch).ptr != end || epoch == 0)
    return Error{"the file " + last_path().string() + " does not hold the number of an epoch"};
  return epoch;
}

Result<void> EpochKeys::write_last(Epoch epoch) const {
  return write_private_file(last_path(), std::to_string(epoch) + "\n");
}

std::string EpochKeys::wrap(Epoch epoch, const EpochKey& key) const {
  Secret<12 + key_size> content;
  unsigned char* out = content.bytes.data();
  put_big_endian(out, epoch);
  put_big_endian(out + 4, static_cast<std::uint64_t>(key.began.time_since_epoch().count()));
  std::memcpy(out + 12, key.key.bytes.data(), key_size);

  std::string file(box_at + crypto_secretbox_MACBYTES + content.bytes.size(), '\0');
  file[0] = version;
  put_big_endian(file.data() + 1, epoch);
  unsigned char* nonce = bytes_of(file) + nonce_at;
  randombytes_buf(nonce, crypto_secretbox_NONCEBYTES);
  crypto_secretbox_easy(bytes_of(file) + box_at, content.bytes.data(), content.bytes.size(), nonce,
                        wrapping_.bytes.data());
  return file;
}

Result<void> EpochKeys::read(const fs::path& path) {
  constexpr std::size_t size_max = box_at + crypto_secretbox_MACBYTES + 12 + key_size;
  auto file = read_private_file(path, size_max);
  if (!file) return file.error();
  const auto its_version = file->empty() ? 0U : static_cast<unsigned char>(file->front());
  if (its_version == 0 || its_version > version ||
      file->size() != box_at + crypto_secretbox_MACBYTES + content_sizes[its_version])
    return Error{"the file " + path.string() + " is not an epoch's key of a version that is known"};
  const auto epoch = get_big_endian<Epoch>(file->data() + 1);
  if (epoch == 0 || path != path_of(epoch))
    return Error{"the file " + path.string() + " holds the key of another epoch"};
  Secret<12 + key_size> content;
  const unsigned char* in = bytes_of(*file);
  const bool opened =
      crypto_secretbox_open_easy(content.bytes.data(), in + box_at, file->size() - box_at,
                                 in + nonce_at, wrapping_.bytes.data()) == 0;
  if (!opened || (its_version == version && get_big_endian<Epoch>(content.bytes.data()) != epoch))
    return Error{"the file " + path.string() +
                 " does not open: it is damaged, or the master key is another one"};
  EpochKey key;
  const std::size_t key_at = its_version == version ? 12 : 0;
  key.began = its_version == version
                  ? Timestamp(Duration(static_cast<std::int64_t>(
                        get_big_endian<std::uint64_t>(content.bytes.data() + 4))))
                  : written_at(path);
  std::memcpy(key.key.bytes.data(), content.bytes.data() + key_at, key_size);
  keys_.emplace(epoch, key);
  return {};
}

Result<std::vector<fs::path>> EpochKeys::files(const fs::path& folder, const std::string& name) {
  std::vector<fs::path> found;
  std::error_code error;
  for (fs::directory_iterator file(folder, error), end; !error && file != end;
       file.increment(error))
    if (file->path().extension() == ".key" &&
        file->path().filename().string().starts_with(name + "-epoch-"))
      found.push_back(file->path());
  if (error) return Error{"cannot read the folder " + folder.string() + ": " + error.message()};
  return found;
}

Result<void> EpochKeys::read_all() {
  const auto found = files(folder_, name_);
  if (!found) return found.error();
  for (const fs::path& path : *found)
    if (auto read_one = read(path); !read_one) return read_one;
  const auto last = read_last();
  if (!last) return last.error();
  if (*last > (keys_.empty() ? 0 : current()))
    return Error{"the file " + path_of(*last).string() +
                 " is missing: cards may be sealed under it. Put it back from the backup of the "
                 "keys; nothing is made in its place"};
  return {};
}

Result<EpochKeys> EpochKeys::look(const fs::path& folder, const std::string& name,
                                  const SecretKey& wrapping) {
  EpochKeys epochs(folder, name, wrapping);
  if (auto read = epochs.read_all(); !read) return read.error();
  if (epochs.keys_.empty())
    return Error{"the files " + (folder / (name + "-epoch-NNNN.key")).string() + " are missing"};
  return epochs;
}

Result<EpochKeys> EpochKeys::open(const fs::path& folder, const std::string& name,
                                  const SecretKey& wrapping, Timestamp now) {
  EpochKeys epochs(folder, name, wrapping);
  if (auto read = epochs.read_all(); !read) return read.error();
  if (epochs.keys_.empty()) {
    if (auto begun = epochs.begin(now); !begun) return begun.error();
    return epochs;
  }
  const auto last = epochs.read_last();
  if (!last) return last.error();
  if (*last != epochs.current())  // of a version before, or its writing was broken off
    if (auto written = epochs.write_last(epochs.current()); !written) return written.error();
  return epochs;
}

Result<Epoch> EpochKeys::begin(Timestamp now) {
  const Epoch epoch = keys_.empty() ? 1 : current() + 1;
  EpochKey key;
  key.began = now;
  randombytes_buf(key.key.bytes.data(), key_size);
  if (auto written = write_private_file(path_of(epoch), wrap(epoch, key)); !written)
    return written.error();
  keys_.emplace(epoch, key);
  if (auto written = write_last(epoch); !written) return written.error();
  return epoch;
}

Result<void> EpochKeys::destroy(Epoch epoch) {
  SPILLWAY_CHECK(keys_.contains(epoch) && epoch != current(), "an epoch in use is not destroyed");
  keys_.erase(epoch);
  return destroy_file(path_of(epoch));
}

}  // namespace spillway::storage
