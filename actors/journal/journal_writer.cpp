#include "actors/journal/journal_writer.hpp"

#include <algorithm>
#include <span>

#include "engine/order/limits.hpp"

namespace spillway::actors {

auto JournalWriter::make_behavior() -> behavior_type {
  services_.metrics.journal_last_record.set(
      static_cast<std::int64_t>(services_.journal.last().value));
  return {
      [this](Append& append) { add(append); },
      [this](const ResealCards& message) {
        services_.journal.reseal_cards(message.cards);
        send(message.client, CardsResealed{});
      },
      [this](const ErasePersonal& message) {
        send(message.client, PersonalErased{services_.journal.erase_personal(message.orders)});
      },
      [this](const RemoveClosed& message) { remove(message); },
      [this](const ScrubFreed& message) {
        send(message.client, FreedScrubbed{services_.journal.scrub_some()});
      },
      [this](const FinishWriting&) { commit(); },
      [this](CommitBatch) { commit(); },
  };
}

void JournalWriter::remove(const RemoveClosed& message) {
  const RecordNumber record = services_.journal.remove_orders(message.orders, services_.now());
  services_.metrics.journal_commits.add();
  services_.metrics.journal_records.add();
  services_.metrics.journal_last_record.set(static_cast<std::int64_t>(record.value));
  send(peers_.projector, JournalGrew{record});
  send(message.client, ClosedRemoved{message.orders.size(), record});
}

void JournalWriter::add(Append& append) {
  if (batch_.empty()) send(this, CommitBatch{});
  entries_ += append.entries.size();
  for (const storage::Entry& entry : append.entries) bytes_ += entry.body.size();
  batch_.push_back(std::move(append));
  if (entries_ >= limits::commit_entries_max || bytes_ >= limits::commit_bytes_max) commit();
}

void JournalWriter::commit() {
  if (batch_.empty()) return;  // a full batch was committed ahead of its CommitBatch
  std::vector<std::span<const storage::Entry>> groups;
  groups.reserve(batch_.size());
  for (const Append& append : batch_) groups.emplace_back(append.entries);

  const MonotonicTime began = monotonic();
  const RecordNumber first = services_.journal.commit(groups);
  services_.metrics.journal_commit_duration.observe(
      std::chrono::duration_cast<Duration>(monotonic() - began));
  services_.metrics.journal_commits.add();
  services_.metrics.journal_records.add(entries_);

  acknowledge(first);
  batch_.clear();
  entries_ = bytes_ = 0;
}

void JournalWriter::acknowledge(RecordNumber first) {
  struct Acknowledgement {
    JournalClient client;
    Appended appended;
  };
  std::vector<Acknowledgement> acknowledgements;  // a dozen clients at most
  for (const Append& append : batch_) {
    auto found = std::ranges::find(acknowledgements, append.client, &Acknowledgement::client);
    if (found == acknowledgements.end()) {
      acknowledgements.push_back({append.client, {}});
      found = std::prev(acknowledgements.end());
    }
    found->appended.batches.push_back({append.token, first});
    first.value += append.entries.size();
  }
  for (Acknowledgement& each : acknowledgements) send(each.client, std::move(each.appended));

  const RecordNumber last{first.value - 1};
  services_.metrics.journal_last_record.set(static_cast<std::int64_t>(last.value));
  send(peers_.projector, JournalGrew{last});
}

}  // namespace spillway::actors
