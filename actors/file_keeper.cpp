#include "actors/file_keeper.hpp"

#include "actors/log.hpp"

namespace spillway::actors {

auto FileKeeper::make_behavior() -> behavior_type {
  send(this, Tick{});
  return {
      [this](Tick) { look(); },
  };
}

void FileKeeper::look() {
  const auto uses = services_.readers->look(monotonic());
  for (std::size_t i = 0; i < uses.size(); ++i) show(i, uses[i]);
  delayed_send(this, limits::reader_look_interval, Tick{});
}

void FileKeeper::show(std::size_t file, const storage::DataFileUse& use) {
  DataFileMetrics& metrics = services_.metrics.data_files.at(file);
  metrics.used_bytes.set(static_cast<std::int64_t>(use.used));
  metrics.reader_age_us.set(use.reader_age.count());
  metrics.grown_bytes.set(static_cast<std::int64_t>(use.grown));
  services_.metrics.dead_readers.add(use.dead_readers);
  const bool is_old = use.reader_age > limits::reader_age_max;
  if (is_old == told_.at(file)) return;
  told_.at(file) = is_old;
  if (is_old)
    log(LogLevel::warning, "reader_does_not_end",
        {{"file", metrics.name}, {"grown_bytes", use.grown}});
  else
    log(LogLevel::info, "reader_ended", {{"file", metrics.name}});
}

}  // namespace spillway::actors
