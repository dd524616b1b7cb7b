#include "storage/inspect/verify.hpp"

#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "engine/order/limits.hpp"
#include "engine/order/order.hpp"
#include "storage/base/data_folder.hpp"
#include "storage/cards/card_vault.hpp"
#include "storage/inspect/verify_members.hpp"
#include "storage/journal/lmdb_journal.hpp"
#include "storage/keys/folder_manifest.hpp"
#include "storage/keys/keyring.hpp"
#include "storage/registry/audit_rows.hpp"
#include "storage/registry/lmdb_registry.hpp"
#include "storage/views/lmdb_views.hpp"

namespace spillway::storage {

namespace {

namespace fs = std::filesystem;

// The orders as the journal makes them.
struct Rows : std::unordered_map<OrderNumber, OrderRow> {
  // Open once more, and their cards had gone with the outcome: a cancel, or an approval that came
  // late, is reversed without one.
  std::unordered_set<OrderNumber> without_card;
};

std::string name_of(OrderNumber order) {
  return "order " + std::to_string(order.value);
}

// What a removal says is gone must be gone, and its lines must be in the books.
Result<void> replay_removal(const LmdbJournal& journal, RecordNumber number,
                            const OrdersRemoved& removed, const Rows& rows, VerifyReport& report) {
  if (auto checked = journal.check_lines(number, removed); !checked) return checked;
  for (const RemovedOrder& each : removed.orders) {
    if (rows.contains(each.order))
      return Error{"record " + std::to_string(number.value) + ": " + name_of(each.order) +
                   " was removed and is there"};
    ++report.removed_orders;
    report.removed_records += each.records.size();
  }
  return {};
}

// Applies a record to the replay; the error says why it may not stand where it stands.
Result<void> replay(const StoredEvent& stored, Rows& rows) {
  const auto broken = [&](const std::string& why) {
    return Error{"record " + std::to_string(stored.number.value) + ": " + why};
  };
  const Event& event = stored.event;
  if (const auto* received = std::get_if<Received>(&event.fact)) {
    if (event.order.value != stored.number.value)
      return broken("it opens an order under another number");
    rows.emplace(event.order, OrderRow{open_order(event.order, *received, event.at), event.at,
                                       received->idempotency, received->reference});
    return {};
  }
  const auto row = rows.find(event.order);
  if (row == rows.end())
    return broken("it belongs to " + name_of(event.order) + ", which is not there");
  if (const auto may = may_follow(row->second.state, event.fact); !may)
    return broken(may.error().message);
  const bool card_gone = card_may_go(row->second.state);
  apply(row->second.state, event, stored.number);
  if (card_gone && !card_may_go(row->second.state)) rows.without_card.insert(event.order);
  return {};
}

// `journal`: what was removed after the record that the views have come to is still in them.
Result<void> check_rows(const LmdbJournal& journal, const LmdbViews& views, const Rows& rows,
                        VerifyReport& report) {
  std::optional<Error> broken;
  std::size_t leaving = 0;
  const auto visited = views.try_each_order({1}, [&](const OrderRow& row) {
    ++report.rows;
    const auto replayed = rows.find(row.state.number);
    if (broken || (replayed != rows.end() && replayed->second.state == row.state &&
                   replayed->second.received_at == row.received_at &&
                   replayed->second.idempotency == row.idempotency &&
                   replayed->second.reference == row.reference))
      return;
    const auto line = journal.try_book_line(row.state.number);
    if (!line) {
      broken = line.error();
      return;
    }
    if (replayed == rows.end() && *line && (*line)->removed_by > views.position()) {
      ++leaving;
      return;
    }
    broken = Error{"the views' row of " + name_of(row.state.number) +
                   " is not what the journal's records make"};
  });
  if (!visited) return visited.error();
  if (broken) return *broken;
  if (report.rows != rows.size() + leaving)
    return Error{"the views have " + std::to_string(report.rows) +
                 " orders, the journal up to record " + std::to_string(report.views_position) +
                 " has " + std::to_string(rows.size())};
  return {};
}

// The views' position may be a record that has been removed since: they are held against what came
// before the next one.
Result<void> check_events(const LmdbJournal& journal, const std::vector<StoredEvent>& events,
                          const LmdbViews* views, Rows& rows, VerifyReport& report) {
  for (const StoredEvent& stored : events) {
    const bool passed = views != nullptr && report.last_record < report.views_position &&
                        stored.number.value > report.views_position;
    if (passed)
      if (auto checked = check_rows(journal, *views, rows, report); !checked) return checked;
    ++report.records;
    report.last_record = stored.number.value;
    const auto* removed = std::get_if<OrdersRemoved>(&stored.event.fact);
    auto applied = removed != nullptr
                       ? replay_removal(journal, stored.number, *removed, rows, report)
                       : replay(stored, rows);
    if (!applied) return applied;
    if (views != nullptr && stored.number.value == report.views_position)
      if (auto checked = check_rows(journal, *views, rows, report); !checked) return checked;
  }
  return {};
}

// The books hold a line of every order that was removed, and no other.
Result<void> check_books(const LmdbJournal& journal, const VerifyReport& report) {
  std::uint64_t lines = 0;
  const auto visited = journal.try_each_line([&](const BookLine&) { ++lines; });
  if (!visited) return visited.error();
  if (lines != report.removed_orders || report.removed_orders != journal.removed_orders() ||
      report.removed_records != journal.removed_records())
    return Error{"the books have " + std::to_string(lines) + " lines, and " +
                 std::to_string(report.removed_orders) + " orders with " +
                 std::to_string(report.removed_records) + " records were removed, where " +
                 std::to_string(journal.removed_orders()) + " with " +
                 std::to_string(journal.removed_records()) + " are counted"};
  return {};
}

Result<void> check_cards(const LmdbJournal& journal, const Keyring& keys, const Rows& rows,
                         VerifyReport& report) {
  const CardVault vault(keys);
  std::unordered_set<OrderNumber> with_card;
  std::optional<Error> broken;
  const auto visited = journal.try_each_card([&](OrderNumber order, const SealedCard& card) {
    ++report.cards;
    with_card.insert(order);
    if (broken) return;
    const auto row = rows.find(order);
    if (row == rows.end())
      broken = Error{"a card belongs to " + name_of(order) + ", which is not there"};
    else if (card_may_go(row->second.state) || rows.without_card.contains(order))
      broken = Error{"the card of " + name_of(order) + " is still there, though not needed"};
    else if (!vault.open(card, row->second.state.shop))
      broken = Error{"the card of " + name_of(order) + " does not open"};
  });
  if (!visited) return visited.error();
  if (broken) return *broken;
  for (const auto& [order, row] : rows)
    if (!card_may_go(row.state) && !with_card.contains(order) && !rows.without_card.contains(order))
      return Error{"the card of " + name_of(order) + " is missing"};
  return {};
}

Result<void> check_registry(const fs::path& folder, const Keyring& keys, VerifyReport& report) {
  if (!fs::exists(folder)) return {};  // an earlier version of Spillway kept none
  auto options = LmdbRegistry::default_options();
  options.read_only = true;
  const auto registry = LmdbRegistry::open(folder, keys, options);
  if (!registry) return registry.error();
  const auto rows = (*registry)->try_each();
  if (!rows) return rows.error();
  report.registry_rows = *rows;
  const auto audit = check_audit(**registry, [](const AuditEntry&) {});
  if (!audit) return audit.error();
  report.audit_entries = audit->entries;
  const auto members = verify_members(**registry, keys, folder.parent_path());
  if (!members) return members.error();
  report.members = *members;
  return {};
}

}  // namespace

Result<VerifyReport> verify(const fs::path& data_folder,
                            const std::optional<std::string>& master_hex) {
  LmdbEnvironment::Options options;
  options.read_only = true;
  if (const auto found = look_at_folder(data_folder, master_hex.has_value()); !found)
    return found.error();
  if (!fs::exists(journal_folder(data_folder) / "data.mdb"))
    return Error{"there is no data in " + data_folder.string()};
  const auto keys = Keyring::look(data_folder, master_hex);
  if (!keys) return keys.error();
  const auto journal = LmdbJournal::open(journal_folder(data_folder), *keys, options);
  if (!journal) return journal.error();
  // A backup has no views, and needs none.
  std::unique_ptr<LmdbViews> views;
  if (fs::exists(views_folder(data_folder))) {
    auto opened = LmdbViews::open(views_folder(data_folder), *keys, options);
    if (!opened) return opened.error();
    views = std::move(*opened);
  }

  VerifyReport report;
  if (views) report.views_position = views->position().value;
  const std::uint64_t last = (*journal)->last().value;
  if (report.views_position > last)
    return Error{"the views have come to record " + std::to_string(report.views_position) +
                 ", the journal ends at " + std::to_string(last)};
  Rows rows;
  std::vector<StoredEvent> events;
  if (views && report.views_position == 0)
    if (auto checked = check_rows(**journal, *views, rows, report); !checked)
      return checked.error();
  for (RecordNumber next{1}; next.value <= last; next = {events.back().number.value + 1}) {
    events.clear();
    if (auto read = (*journal)->try_read_from(next, limits::projection_batch, events); !read)
      return read.error();
    if (auto checked = check_events(**journal, events, views.get(), rows, report); !checked)
      return checked.error();
  }
  if (auto checked = check_books(**journal, report); !checked) return checked.error();
  report.orders = rows.size();
  const auto chain = (*journal)->check_chain();
  if (!chain) return chain.error();
  report.links = chain->links;
  report.erased = chain->erased;
  if (auto checked = check_cards(**journal, *keys, rows, report); !checked) return checked.error();
  if (auto checked = check_registry(registry_folder(data_folder), *keys, report); !checked)
    return checked.error();
  return report;
}

}  // namespace spillway::storage
