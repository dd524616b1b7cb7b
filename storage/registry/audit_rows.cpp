#include "storage/registry/audit_rows.hpp"

#include <cstring>

#include "engine/base/invariants.hpp"
#include "storage/base/bytes.hpp"
#include "storage/base/message_pack.hpp"

namespace spillway::storage {

namespace {

// Without values an entry is written as the first version had it.
constexpr std::uint64_t version_without_values = 1;
constexpr std::uint64_t version_with_values = 2;
constexpr std::size_t elements_without_values = 8;
constexpr std::string_view counter = "audit";

std::string row_key(std::uint64_t number) {
  std::string key(8, '\0');
  put_big_endian(key.data(), number);
  return key;
}

ChainHash hash_from(std::string_view text) {
  ChainHash hash{};
  if (text.size() == hash.size()) std::memcpy(hash.data(), text.data(), hash.size());
  return hash;
}

std::string encode(const AuditNote& note, const ChainHash& before) {
  const std::size_t texts = note.key_id.size() + note.method.size() + note.path.size() +
                            note.made.size() + note.values.size() + before.size();
  std::string out(texts + 13 * PackWriter::number_max, '\0');
  PackWriter writer(out.data());
  const bool has_values = !note.values.empty();
  writer.array(elements_without_values + (has_values ? 1 : 0));
  writer.number(has_values ? version_with_values : version_without_values);
  writer.signed_number(note.at.time_since_epoch().count());
  writer.text(note.key_id);
  writer.text(note.method);
  writer.text(note.path);
  writer.text(note.made);
  writer.number(note.status);
  writer.text(to_text(before));
  if (has_values) writer.text(note.values);
  out.resize(static_cast<std::size_t>(writer.end() - out.data()));
  return out;
}

std::optional<AuditEntry> decode(std::string_view key, std::string_view value) {
  if (key.size() != 8) return std::nullopt;
  PackReader in(value);
  const std::size_t elements = in.array();
  const std::uint64_t version = in.number();
  const bool has_values = version == version_with_values;
  if ((!has_values && version != version_without_values) ||
      elements != elements_without_values + (has_values ? 1 : 0))
    return std::nullopt;
  AuditEntry entry;
  entry.number = get_big_endian<std::uint64_t>(key.data());
  entry.note.at = Timestamp(Duration(in.signed_number()));
  entry.note.key_id = in.text();
  entry.note.method = in.text();
  entry.note.path = in.text();
  entry.note.made = in.text();
  entry.note.status = static_cast<std::uint16_t>(in.number(UINT16_MAX));
  const std::string_view before = in.text();
  entry.before = hash_from(before);
  if (has_values) entry.note.values = in.text();
  if (in.failed() || !in.at_end() || before.size() != entry.before.size()) return std::nullopt;
  return entry;
}

std::string encode_counter(std::uint64_t number, const ChainHash& hash) {
  std::string out(hash.size() + 3 * PackWriter::number_max, '\0');
  PackWriter writer(out.data());
  writer.array(2);
  writer.number(number);
  writer.text(to_text(hash));
  out.resize(static_cast<std::size_t>(writer.end() - out.data()));
  return out;
}

// Nothing: there is no log yet.
std::optional<AuditSummary> counted(const Registry& registry) {
  const auto row = registry.read(RegistryTable::counters, counter);
  if (!row) return std::nullopt;
  PackReader in(*row);
  in.array_of(2);
  AuditSummary end;
  end.entries = in.number();
  end.last = hash_from(in.text());
  if (in.failed() || !in.at_end()) return AuditSummary{};  // no entry has the hash of zeros
  return end;
}

ChainHash hash_of(RecordChain& hasher, std::string_view key, std::string_view value) {
  return hasher.hash_of(std::string(key).append(value));
}

Error broken(std::uint64_t number, const std::string& how) {
  return Error{"entry " + std::to_string(number) + " of the audit log " + how};
}

}  // namespace

RegistryChange audit_change(const AuditNote& note) {
  return {RegistryTable::audit, {}, encode(note, {})};
}

AuditChain::AuditChain(const Registry& registry) {
  if (const auto end = counted(registry)) {
    last_ = end->entries;
    hash_ = end->last;
  }
}

void AuditChain::link(std::vector<RegistryChange>& changes) {
  const std::uint64_t before = last_;
  for (RegistryChange& change : changes) {
    if (change.table != RegistryTable::audit) continue;
    change.key = row_key(++last_);
    const auto note = decode(change.key, *change.value);
    SPILLWAY_CHECK(note.has_value(), "a note for the audit log is none");
    change.value = encode(note->note, hash_);
    hash_ = hash_of(hasher_, change.key, *change.value);
  }
  if (last_ != before)
    changes.push_back(
        {RegistryTable::counters, std::string(counter), encode_counter(last_, hash_)});
}

std::vector<AuditEntry> audit_entries(const Registry& registry, std::uint64_t after,
                                      std::size_t count) {
  std::vector<AuditEntry> entries;
  const std::string from = row_key(after);
  registry.for_each(RegistryTable::audit, {.after = from},
                    [&](std::string_view key, std::string_view value) {
                      if (auto entry = decode(key, value)) entries.push_back(std::move(*entry));
                      return entries.size() < count;
                    });
  return entries;
}

Result<AuditSummary> check_audit(const Registry& registry,
                                 const std::function<void(const AuditEntry&)>& show) {
  const auto end = counted(registry);
  RecordChain hasher;
  AuditSummary seen;
  std::optional<AuditEntry> last;  // shown when what comes after it vouches for it
  std::optional<Error> wrong;
  const auto vouch = [&](const ChainHash& hash) {
    if (hash != seen.last) wrong = broken(seen.entries, "is not as it was written");
    if (!wrong && last) show(*last);
    return !wrong;
  };
  registry.for_each(RegistryTable::audit, {}, [&](std::string_view key, std::string_view value) {
    const auto entry = decode(key, value);
    if (!entry || entry->number != seen.entries + 1)
      wrong = broken(seen.entries + 1, entry ? "is missing" : "is of no form that is known");
    else if (vouch(entry->before))
      seen = {entry->number, hash_of(hasher, key, value)};
    last = entry;
    return !wrong;
  });
  if (wrong) return *wrong;
  const AuditSummary expected = end.value_or(AuditSummary{});
  if (expected.entries > seen.entries) return broken(seen.entries + 1, "is missing");
  if (expected.entries < seen.entries) return broken(expected.entries + 1, "was put in");
  if (!vouch(expected.last)) return *wrong;
  return seen;
}

}  // namespace spillway::storage
