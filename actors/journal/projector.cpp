#include "actors/journal/projector.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include "actors/base/log.hpp"
#include "engine/order/limits.hpp"

namespace spillway::actors {
namespace {

constexpr int low_priority = 10;  // nice(2): a tenth of the weight of the others

}  // namespace

auto Projector::make_behavior() -> behavior_type {
  return {
      [this](const JournalGrew& message) { grew(message.last); },
      [this](ProjectNext) { project(); },
  };
}

void Projector::grew(RecordNumber last) {
  if (give_way_) setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), low_priority);
  give_way_ = false;
  services_.metrics.projection.in.add(last.value - journal_last_.value);
  if (journal_last_ <= services_.views.position())
    services_.metrics.projection.set_oldest(services_.now());
  journal_last_ = last;
  show();
  if (scheduled_) return;
  scheduled_ = true;
  send(this, ProjectNext{});
}

void Projector::project() {
  const RecordNumber from{services_.views.position().value + 1};
  events_.clear();
  services_.journal.read_from(from, limits::projection_batch, events_);
  scheduled_ = false;
  if (events_.empty()) return;

  services_.views.project(events_);
  const RecordNumber reached = services_.views.position();
  tell_of_room(reached < from);
  if (reached < from) {  // the disk is full: what was read comes again
    scheduled_ = true;
    delayed_send(this, limits::projection_retry, ProjectNext{});
    return;
  }
  for (const auto& shard : peers_.shards) send(shard, Projected{reached});
  send(peers_.event_desk, Projected{reached});
  send(peers_.webhook_desk, Projected{reached});
  send(peers_.query_desk, Projected{reached});

  services_.metrics.projection.out.add(events_.size());
  show();
  show_oldest(reached);
  scheduled_ = true;
  // The mailbox first, so that the last JournalGrew is known; then what has come while it rested.
  delayed_send(this, limits::projection_rest, ProjectNext{});
}

void Projector::tell_of_room(bool full) {
  const auto reason =
      full ? std::optional<std::string>("the disk or the views' map is full") : std::nullopt;
  const TroubleLog::Tell what = room_.look(reason, monotonic());
  if (what == TroubleLog::Tell::trouble)
    log(LogLevel::error, "views_wait",
        {{"reason", *reason},
         {"at_record", services_.views.position().value},
         {"for_seconds", room_.lasted_seconds()}});
  if (what == TroubleLog::Tell::over)
    log(LogLevel::info, "views_go_on", {{"after_seconds", room_.lasted_seconds()}});
}

void Projector::show() {
  const RecordNumber reached = services_.views.position();
  const std::uint64_t behind = journal_last_ > reached ? journal_last_.value - reached.value : 0;
  services_.metrics.projection.length.set(static_cast<std::int64_t>(behind));
}

// The oldest that waits is the next to be read; between the two may be records that were removed.
void Projector::show_oldest(RecordNumber reached) {
  std::optional<Timestamp> oldest;
  if (journal_last_ > reached) {
    const auto next = services_.journal.read(RecordNumber{reached.value + 1});
    oldest = next ? next->event.at : events_.back().event.at;
  }
  services_.metrics.projection.set_oldest(oldest);
}

}  // namespace spillway::actors
