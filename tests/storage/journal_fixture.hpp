// A system's keys and folders for tests, and entries to fill them with.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "storage/card_vault.hpp"
#include "storage/keyring.hpp"
#include "storage/lmdb_journal.hpp"
#include "tests/storage/scratch_folder.hpp"

namespace spillway::storage {

inline Keyring test_keys(const std::filesystem::path& data) {
  auto keys = Keyring::open(data, std::string(64, 'a'));
  EXPECT_TRUE(keys) << keys.error().message;
  return *keys;
}

inline LmdbJournal::Options small_options() {
  return {.map_size = 64ULL << 20, .reserve = 2ULL << 20, .read_only = false};
}

inline Timestamp at_second(std::int64_t second) {
  return Timestamp(std::chrono::seconds(1'700'000'000 + second));
}

inline Received received_by(ShopId shop, const std::string& reference) {
  Received fact;
  fact.shop = shop;
  fact.relay = {1};
  fact.reference = reference;
  fact.buyer = {"Hanako Sato", "hanako@example.jp"};
  fact.items = {{"SHOE-42", "Leather shoes", 1, 3150}};
  fact.amount = {3150, {392}};
  fact.card = {CardCompany::visa, {'4', '2', '4', '2'}};
  return fact;
}

inline SealedCard some_card(std::uint64_t seed) {
  SealedCard card;
  for (std::size_t i = 0; i < card.bytes.size(); ++i)
    card.bytes[i] = static_cast<std::byte>(seed * 31 + i);
  return card;
}

inline Entry received_entry(const std::string& reference, std::int64_t second = 0) {
  Entry entry = make_entry({{}, at_second(second), received_by({7}, reference)});
  entry.card = some_card(static_cast<std::uint64_t>(second));
  return entry;
}

inline RecordNumber commit_one(Journal& journal, const Entry& entry) {
  const std::span<const Entry> group(&entry, 1);
  return journal.commit({&group, 1});
}

inline RecordNumber commit_all(Journal& journal, const std::vector<Entry>& entries) {
  const std::span<const Entry> group(entries);
  return journal.commit({&group, 1});
}

inline void scrub(Journal& journal) {
  while (!journal.scrub_some()) {
  }
}

inline std::vector<StoredEvent> read_all(const Journal& journal) {
  std::vector<StoredEvent> events;
  journal.read_from({1}, journal.last().value, events);
  return events;
}

}  // namespace spillway::storage
