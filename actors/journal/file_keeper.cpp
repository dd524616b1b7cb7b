#include "actors/journal/file_keeper.hpp"

#include <filesystem>

#include "actors/base/log.hpp"
#include "storage/base/limits.hpp"

namespace spillway::actors {

namespace {

using Tell = TroubleLog::Tell;

// What is free on the file system; nothing when it does not say.
std::optional<std::uintmax_t> free_bytes(const std::filesystem::path& folder) {
  std::error_code error;
  const auto space = std::filesystem::space(folder, error);
  return error ? std::nullopt : std::optional(space.available);
}

void tell_of_room(TroubleLog& told, bool good, const char* file, const char* refused,
                  std::uintmax_t free, MonotonicTime now) {
  const auto reason =
      good ? std::nullopt
           : std::optional<std::string>("the disk or the file's map is full: what is left is kept");
  switch (told.look(reason, now)) {
    case Tell::nothing:
      return;
    case Tell::over:
      return log(LogLevel::info, "room_again",
                 {{"file", file}, {"after_seconds", told.lasted_seconds()}});
    case Tell::trouble:
      log(LogLevel::error, "no_room",
          {{"file", file},
           {"refused", refused},
           {"reason", *reason},
           {"free_bytes", free},
           {"for_seconds", told.lasted_seconds()}});
  }
}

}  // namespace

auto FileKeeper::make_behavior() -> behavior_type {
  send(this, Tick{});
  return {
      [this](Tick) { look(); },
  };
}

void FileKeeper::look() {
  const auto uses = services_.readers->look(monotonic());
  for (std::size_t i = 0; i < uses.size(); ++i) show(i, uses[i]);
  look_at_room();
  delayed_send(this, limits::reader_look_interval, Tick{});
}

void FileKeeper::show(std::size_t file, const storage::DataFileUse& use) {
  DataFileMetrics& metrics = services_.metrics.data_files.at(file);
  metrics.used_bytes.set(static_cast<std::int64_t>(use.used));
  metrics.reader_age_us.set(use.reader_age.count());
  metrics.grown_bytes.set(static_cast<std::int64_t>(use.grown));
  services_.metrics.dead_readers.add(use.dead_readers);
  TroubleLog& told = readers_.at(file);
  const auto reason = use.reader_age > limits::reader_age_max
                          ? std::optional<std::string>(
                                "what is freed meanwhile is not used again: find it with "
                                "fuser -v on the file")
                          : std::nullopt;
  switch (told.look(reason, monotonic())) {
    case Tell::nothing:
      return;
    case Tell::over:
      return log(LogLevel::info, "reader_ended", {{"file", metrics.name}});
    case Tell::trouble:
      log(LogLevel::warning, "reader_does_not_end",
          {{"file", metrics.name},
           {"reads_for_seconds",
            std::chrono::duration_cast<std::chrono::seconds>(use.reader_age).count()},
           {"grown_bytes", use.grown},
           {"reason", *reason}});
  }
}

void FileKeeper::look_at_room() {
  const std::filesystem::path& folder = services_.configuration.server.data;
  const auto free = free_bytes(folder);
  const auto low = free && *free < disk_space_low
                       ? std::optional<std::string>("the file system of the data is nearly full")
                       : std::nullopt;
  const Tell what = space_.look(low, monotonic());
  if (what == Tell::trouble)
    log(LogLevel::warning, "disk_nearly_full",
        {{"folder", folder.string()}, {"free_bytes", *free}, {"reason", *low}});
  if (what == Tell::over) log(LogLevel::info, "disk_has_space", {{"folder", folder.string()}});
  tell_of_room(journal_room_, services_.journal.has_room_for_orders(), "journal", "new orders",
               free.value_or(0), monotonic());
  tell_of_room(registry_room_, services_.registry.has_room(), "registry",
               "what would add to the registry", free.value_or(0), monotonic());
}

}  // namespace spillway::actors
