// A journal with its views from which closed orders are removed, and what can be asked of the two.
#pragma once

#include <fstream>

#include "storage/closed_orders.hpp"
#include "storage/proof.hpp"
#include "storage/recovery.hpp"
#include "storage/verify.hpp"
#include "tests/storage/stored_system.hpp"

namespace spillway::storage {

namespace fs = std::filesystem;

class RemovalTest : public StoredSystem {
 protected:
  RemovalTest() { start(); }

  void project() { ASSERT_TRUE(project_tail(*journal_, *views_)); }

  // Commits of one group each; `first` is the number that the first entry gets.
  std::uint64_t next() const { return journal_->last().value + 1; }
  static Entry received(const std::string& reference) {
    return make_entry({{}, at_second(0), received_by({7}, reference)});
  }
  static Entry event(std::uint64_t order, const Fact& fact, std::int64_t second = 1) {
    return make_entry({{order}, at_second(second), fact});
  }
  // An order that was authorized, and told: 4 records, a commit each.
  std::uint64_t authorized(const std::string& reference) {
    const std::uint64_t order = commit_one(*journal_, received(reference)).value;
    commit_one(*journal_, event(order, Sent{{1}, {1}, "A0000000A001", 1}));
    commit_one(*journal_, event(order, Answered{{1}, "00", "A12345"}, 2));
    commit_one(*journal_, event(order, NoticeDelivered{}));
    return order;
  }
  // One whose first attempt was reversed unanswered and whose second was refused: 8 records, in one
  // commit.
  std::uint64_t refused(const std::string& reference) {
    const std::uint64_t order = next();
    commit_all(*journal_,
               {received(reference), event(order, Sent{{1}, {1}, "R0000000R001", 1}),
                event(order, FellInDoubt{{1}, DoubtReason::no_answer}),
                event(order, ReversalDecided{{1}, ReversalReason::in_doubt}),
                event(order, Reversed{{1}, "00"}), event(order, Sent{{2}, {1}, "R0000000R002", 2}),
                event(order, Answered{{2}, "05", ""}, 3), event(order, NoticeDelivered{})});
    return order;
  }
  std::uint64_t open_order(const std::string& reference) {
    Entry entry = received(reference);
    CardDetails card;
    card.number = CardNumber::from("4242424242424242").value();
    card.expiry = {2028, 12};
    entry.card = CardVault(keys_).seal(card, {7});
    return commit_one(*journal_, entry).value;
  }

  std::vector<LeavingOrder> gathered(const std::vector<std::uint64_t>& orders) {
    project();
    std::vector<OrderRow> rows;
    for (const std::uint64_t order : orders) rows.push_back(views_->order({order}).value());
    return gather_closed(*journal_, rows);
  }
  RecordNumber remove(const std::vector<std::uint64_t>& orders) {
    const auto leaving = gathered(orders);
    EXPECT_EQ(leaving.size(), orders.size());
    return journal_->remove_orders(leaving, at_second(100));
  }

  std::string verify_error() {
    stop();
    const auto report = verify(data(), master);
    const std::string error = report ? "" : report.error().message;
    if (report) report_ = *report;
    return error;
  }

  // All that can be asked of the views.
  struct Shown {
    std::vector<OrderState> states;
    std::vector<std::string> references;
    std::vector<OrderNumber> listed;
    std::vector<OrderNumber> listed_by_reference;
    std::vector<ShopEvent> events;
    friend bool operator==(const Shown&, const Shown&) = default;
  };
  Shown shown() const {
    Shown all;
    views_->for_each_order({1}, [&](const OrderRow& row) {
      all.states.push_back(row.state);
      all.references.push_back(row.reference);
    });
    all.listed = views_->list({{7}, std::nullopt, std::nullopt, {}, 1'000}).orders;
    for (const char* reference : {"A", "B", "C", "D"})
      for (const OrderNumber order : views_->list({{7}, std::nullopt, reference, {}, 1'000}).orders)
        all.listed_by_reference.push_back(order);
    all.events = views_->events({7}, {}, 1'000);
    return all;
  }

  // Flips a bit in the middle of these bytes, which stand in the journal's file once.
  void flip(const std::string& bytes) {
    const fs::path path = journal_folder(data()) / "data.mdb";
    std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
    const std::string content(std::istreambuf_iterator<char>(file), {});
    bool found = false;
    for (std::size_t at = content.find(bytes); at != content.npos;
         at = content.find(bytes, at + 1)) {  // older pages may hold them, too
      found = true;
      file.seekp(static_cast<std::streamoff>(at + bytes.size() / 2));
      file.put(static_cast<char>(content[at + bytes.size() / 2] ^ 1));
    }
    ASSERT_TRUE(found);
  }
  std::string row_of(const char* table, std::uint64_t number) {
    stop();
    auto environment = LmdbEnvironment::open(journal_folder(data()), small_options());
    EXPECT_TRUE(environment) << environment.error().message;
    const TableName names[] = {{table, MDB_INTEGERKEY}};
    std::array<MDB_dbi, 1> tables{};
    EXPECT_TRUE((*environment)->open_tables(names, tables, [](WriteTransaction&) {}));
    const ReadTransaction transaction(**environment);
    MDB_val key = to_value(number);
    MDB_val value{};
    if (mdb_get(transaction.get(), tables[0], &key, &value) != MDB_SUCCESS) return {};
    return std::string(to_text(value));
  }

  VerifyReport report_;
};

}  // namespace spillway::storage
