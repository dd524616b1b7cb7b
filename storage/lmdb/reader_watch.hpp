// Who reads our data files for long. LMDB takes a freed page again only when no reader can need it
// any more, so one read transaction that never ends lets a file grow with all that is written. Our
// own last for a call; another process's (mdb_copy that hangs, mdb_stat that was stopped) may not.
//
// Threads: one.
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/time.hpp"
#include "storage/lmdb/lmdb_environment.hpp"

namespace spillway::storage {

// How a data file stands, with sizes in bytes.
struct DataFileUse {
  std::size_t used = 0;        // pages that were ever used; never shrinks
  Duration reader_age{};       // how long the oldest snapshot that is read is known to be outdated
  std::size_t grown = 0;       // by so much `used` grew since then; 0 without such a reader
  std::size_t dead_readers{};  // left by processes that are gone, and cleared by this look
};

class ReaderWatch {
 public:
  // The environments outlive it.
  explicit ReaderWatch(const std::vector<const LmdbEnvironment*>& files) {
    for (const LmdbEnvironment* file : files) files_.push_back({file, {}});
  }

  // In the order of the environments. A reader's age is exact to the time between two looks.
  std::vector<DataFileUse> look(MonotonicTime now);

 private:
  using Readers = std::map<LmdbReader, std::pair<MonotonicTime, std::size_t>>;
  struct File {
    const LmdbEnvironment* environment;
    Readers outdated;  // when each was first seen to be, and how much was used then
  };
  static DataFileUse look(File& file, MonotonicTime now);

  std::vector<File> files_;
};

}  // namespace spillway::storage
