#include "storage/keys/master_key.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "storage/base/private_files.hpp"

namespace spillway::storage {

namespace {

namespace fs = std::filesystem;

fs::path next_path(const fs::path& folder) {
  return folder / "master.key.next";
}

Result<SecretKey> read_key(const fs::path& path) {
  SecretKey key;
  auto content = read_private_file(path, key.bytes.size());
  if (!content) return content.error();
  if (content->size() != key.bytes.size())
    return Error{"the file " + path.string() + " must hold 32 bytes"};
  std::copy(content->begin(), content->end(), key.bytes.begin());
  sodium_memzero(content->data(), content->size());
  return key;
}

Result<SecretKey> make_key(const fs::path& path) {
  SecretKey key;
  randombytes_buf(key.bytes.data(), key.bytes.size());
  const std::string_view content(reinterpret_cast<const char*>(key.bytes.data()), key.bytes.size());
  if (auto written = write_private_file(path, content); !written) return written.error();
  return key;
}

}  // namespace

fs::path master_path(const fs::path& folder) {
  return folder / "master.key";
}

Result<SecretKey> master_from_hex(const std::string& hex, const std::string& variable) {
  SecretKey key;
  std::size_t size = 0;
  if (hex.size() != 2 * key.bytes.size() ||
      sodium_hex2bin(key.bytes.data(), key.bytes.size(), hex.data(), hex.size(), nullptr, &size,
                     nullptr) != 0 ||
      size != key.bytes.size())
    return Error{variable + " must be 64 hex digits"};
  return key;
}

Result<std::vector<MasterKey>> master_candidates(const fs::path& folder,
                                                 const std::optional<std::string>& hex) {
  std::vector<MasterKey> found;
  if (hex) {
    const auto key = master_from_hex(*hex, "SPILLWAY_MASTER_KEY");
    if (!key) return key.error();
    found.push_back({*key, MasterKey::Source::environment});
    return found;
  }
  const std::pair<fs::path, MasterKey::Source> places[] = {
      {master_path(folder), MasterKey::Source::file},
      {next_path(folder), MasterKey::Source::next_file}};
  for (const auto& [path, source] : places) {
    if (!fs::exists(path)) continue;
    const auto key = read_key(path);
    if (!key) return key.error();
    found.push_back({*key, source});
  }
  return found;
}

Result<MasterKey> make_master_file(const fs::path& folder) {
  const auto key = make_key(master_path(folder));
  if (!key) return key.error();
  return MasterKey{*key, MasterKey::Source::file};
}

Result<SecretKey> make_next_master_file(const fs::path& folder) {
  return make_key(next_path(folder));
}

Result<void> settle_master_files(const fs::path& folder, MasterKey::Source used) {
  if (used == MasterKey::Source::environment || !fs::exists(next_path(folder))) return {};
  if (used == MasterKey::Source::file) return destroy_file(next_path(folder));
  if (fs::exists(master_path(folder)))
    if (auto destroyed = destroy_file(master_path(folder)); !destroyed) return destroyed;
  if (::rename(next_path(folder).c_str(), master_path(folder).c_str()) != 0)
    return Error{"cannot rename to " + master_path(folder).string() + ": " + std::strerror(errno)};
  return sync_path(folder);
}

}  // namespace spillway::storage
