// Keys that are made to be destroyed: one an epoch, random, each in a file of its own, wrapped
// under a key of the system's. To destroy the file is to destroy all that was sealed under the key:
// in LMDB's freed pages and in old copies of the journal, too.
//
//   file     version (1 byte: 2), epoch (4, big-endian), nonce (24), content under crypto_secretbox
//   content  epoch (4), when it began (8, µs since 1970), the key (32)
//
// Version 1 has the key alone under the seal; its epoch began when its file was written.
//
// NAME-epoch.last has the number of the last epoch that began, in digits: a key that is missing is
// not made again under its number.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/base/time.hpp"
#include "storage/base/secret_key.hpp"

namespace spillway::storage {

using Epoch = std::uint32_t;  // from 1, never used again while a later one is there

struct EpochKey {
  Timestamp began;
  SecretKey key;
};

// Not thread-safe.
class EpochKeys {
 public:
  // Opens the epochs NAME-epoch-NNNN.key in `folder`, and begins the first when there is none.
  static Result<EpochKeys> open(const std::filesystem::path& folder, const std::string& name,
                                const SecretKey& wrapping, Timestamp now);

  // The same for whoever only looks: makes nothing; that there is none is an error.
  static Result<EpochKeys> look(const std::filesystem::path& folder, const std::string& name,
                                const SecretKey& wrapping);

  const std::map<Epoch, EpochKey>& keys() const { return keys_; }
  Epoch current() const { return keys_.rbegin()->first; }
  // When the epoch gave way to the next. Nothing sealed under it is younger.
  Timestamp ended(Epoch epoch) const { return keys_.upper_bound(epoch)->second.began; }

  // The new one is on disk before it is used.
  Result<Epoch> begin(Timestamp now);

  // Not the current one. When the call fails, the key may be gone from disk or not; here it is
  // gone.
  Result<void> destroy(Epoch epoch);

  std::filesystem::path path_of(Epoch epoch) const;

  // Whether there are such files, for whoever has to know without their key.
  static Result<std::vector<std::filesystem::path>> files(const std::filesystem::path& folder,
                                                          const std::string& name);

 private:
  EpochKeys(std::filesystem::path folder, std::string name, const SecretKey& wrapping)
      : folder_(std::move(folder)), name_(std::move(name)), wrapping_(wrapping) {}
  std::filesystem::path last_path() const;
  Result<Epoch> read_last() const;  // 0: none is written down
  Result<void> write_last(Epoch epoch) const;
  std::string wrap(Epoch epoch, const EpochKey& key) const;
  Result<void> read_all();
  Result<void> read(const std::filesystem::path& path);

  std::filesystem::path folder_;
  std::string name_;
  SecretKey wrapping_;
  std::map<Epoch, EpochKey> keys_;
};

}  // namespace spillway::storage
