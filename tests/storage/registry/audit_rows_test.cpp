#include "storage/registry/audit_rows.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/base/bytes.hpp"
#include "tests/simulation/worlds/memory_registry.hpp"

namespace spillway::storage {
namespace {

using testing::HasSubstr;

AuditNote note(int number) {
  return {Timestamp(Duration(1'700'000'000'000'000 + number)),
          "0123456789ab",
          "PATCH",
          "/v1/shops/" + std::to_string(number),
          "",
          200};
}

std::string row_key(std::uint64_t number) {
  std::string key(8, '\0');
  put_big_endian(key.data(), number);
  return key;
}

class AuditLog : public testing::Test {
 protected:
  // Each in a transaction of its own, by a registrar that started anew.
  void write(int first, int last) {
    AuditChain chain(registry_);
    for (int number = first; number <= last; ++number) {
      std::vector<RegistryChange> changes{{RegistryTable::shops, "row", "of a shop"},
                                          audit_change(note(number))};
      chain.link(changes);
      registry_.commit(changes);
    }
  }
  void put(std::uint64_t number, std::optional<std::string> value) {
    const RegistryChange change{RegistryTable::audit, row_key(number), std::move(value)};
    registry_.commit({&change, 1});
  }
  std::string row(std::uint64_t number) const {
    return registry_.read(RegistryTable::audit, row_key(number)).value_or("");
  }
  Result<AuditSummary> check() {
    shown_.clear();
    return check_audit(registry_, [this](const AuditEntry& entry) { shown_.push_back(entry); });
  }
  std::string fault() {
    const auto checked = check();
    return checked ? "none" : checked.error().message;
  }

  simulation::World world_{1};
  simulation::MemoryRegistry registry_{world_};
  std::vector<AuditEntry> shown_;
};

TEST_F(AuditLog, KeepsWhatWasDoneOverRestarts) {
  EXPECT_EQ(check()->entries, 0U);
  write(1, 3);
  write(4, 5);
  ASSERT_EQ(fault(), "none");
  EXPECT_EQ(check()->entries, 5U);
  ASSERT_EQ(shown_.size(), 5U);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(shown_[static_cast<std::size_t>(i)].note, note(i + 1));
}

TEST_F(AuditLog, KeepsValuesBesideEntriesThatHaveNone) {
  AuditNote valued = note(2);
  valued.values = R"({"before":1,"after":2})";
  AuditChain chain(registry_);
  std::vector<RegistryChange> changes{audit_change(note(1)), audit_change(valued),
                                      audit_change(note(3))};
  chain.link(changes);
  registry_.commit(changes);
  ASSERT_EQ(fault(), "none");
  EXPECT_EQ(shown_[1].note, valued);
  EXPECT_EQ(shown_[2].note, note(3));
  // An entry without values is as the first version wrote it: an array of 8, version 1.
  EXPECT_EQ(row(1).substr(0, 2), "\x98\x01");
  EXPECT_EQ(row(2).substr(0, 2), "\x99\x02");
}

TEST_F(AuditLog, IsReadByThePage) {
  write(1, 5);
  const auto page = audit_entries(registry_, 1, 2);
  ASSERT_EQ(page.size(), 2U);
  EXPECT_EQ(page[0].number, 2U);
  EXPECT_EQ(page[1].note, note(3));
  EXPECT_EQ(audit_entries(registry_, 0, 100).size(), 5U);
  EXPECT_TRUE(audit_entries(registry_, 5, 100).empty());
}

TEST_F(AuditLog, LinksSeveralNotesOfOneCommit) {
  AuditChain chain(registry_);
  std::vector<RegistryChange> changes{audit_change(note(1)), audit_change(note(2))};
  chain.link(changes);
  registry_.commit(changes);
  EXPECT_EQ(check()->entries, 2U);
}

TEST_F(AuditLog, NamesTheFirstEntryThatIsMissing) {
  write(1, 5);
  for (const std::uint64_t gone : {1U, 3U, 5U}) {
    const std::string before = row(gone);
    put(gone, std::nullopt);
    EXPECT_THAT(fault(),
                HasSubstr("entry " + std::to_string(gone) + " of the audit log is missing"));
    put(gone, before);
  }
}

TEST_F(AuditLog, NamesTheFirstEntryThatWasChanged) {
  write(1, 5);
  for (const std::uint64_t changed : {1U, 3U, 5U}) {
    const std::string before = row(changed);
    std::string after = before;
    const std::size_t at = after.find("PATCH");
    ASSERT_NE(at, after.npos);
    after.replace(at, 5, "PATHC");
    put(changed, after);
    EXPECT_THAT(fault(), HasSubstr("entry " + std::to_string(changed) +
                                   " of the audit log is not as it was written"));
    EXPECT_EQ(shown_.size(), changed - 1);
    put(changed, before);
    EXPECT_EQ(fault(), "none");
  }
}

TEST_F(AuditLog, NoticesWhatWasPutInOrExchanged) {
  write(1, 3);
  const std::string second = row(2);
  const std::string third = row(3);
  put(4, third);
  EXPECT_THAT(fault(), HasSubstr("entry"));
  put(4, std::nullopt);
  put(2, third);
  put(3, second);
  EXPECT_THAT(fault(), HasSubstr("entry 1"));  // what follows it does not vouch for it
  put(2, "nonsense");
  EXPECT_THAT(fault(), HasSubstr("entry 2 of the audit log is of no form"));
}

}  // namespace
}  // namespace spillway::storage
