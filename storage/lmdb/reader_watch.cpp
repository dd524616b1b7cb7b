#include "storage/lmdb/reader_watch.hpp"

#include <algorithm>

namespace spillway::storage {

std::vector<DataFileUse> ReaderWatch::look(MonotonicTime now) {
  std::vector<DataFileUse> uses;
  uses.reserve(files_.size());
  for (File& file : files_) uses.push_back(look(file, now));
  return uses;
}

// A reader whose snapshot is the newest holds nothing back, however old it is. And only one that is
// outdated is the same reader at the next look for sure: whoever begins gets the newest.
DataFileUse ReaderWatch::look(File& file, MonotonicTime now) {
  const LmdbEnvironment& environment = *file.environment;
  DataFileUse use;
  use.dead_readers = environment.clear_dead_readers();
  use.used = (environment.last_page() + 1) * environment.page_size();
  Readers outdated;
  for (const LmdbReader& reader : environment.readers()) {
    if (reader.transaction >= environment.last_transaction()) continue;
    const auto known = file.outdated.find(reader);
    const auto since = known == file.outdated.end() ? std::pair(now, use.used) : known->second;
    outdated.emplace(reader, since);
    use.reader_age =
        std::max(use.reader_age, std::chrono::duration_cast<Duration>(now - since.first));
    use.grown = std::max(use.grown, use.used - since.second);
  }
  file.outdated = std::move(outdated);
  return use;
}

}  // namespace spillway::storage
