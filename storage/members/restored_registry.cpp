#include "storage/members/restored_registry.hpp"

#include <algorithm>
#include <string>

#include "engine/base/invariants.hpp"
#include "storage/base/bytes.hpp"
#include "storage/base/restored_numbers.hpp"
#include "storage/members/member_book.hpp"
#include "storage/registry/shop_rows.hpp"

namespace spillway::storage {

namespace {

constexpr std::string_view eras_key = "member_eras";
constexpr std::size_t era_size = 6;

std::string to_bytes(const std::vector<MemberEra>& eras) {
  std::string bytes(eras.size() * era_size, '\0');
  for (std::size_t i = 0; i < eras.size(); ++i) {
    put_big_endian(bytes.data() + i * era_size, eras[i].first.value);
    put_big_endian(bytes.data() + i * era_size + 4, eras[i].mark);
  }
  return bytes;
}

std::int64_t seconds_since_2026(Timestamp now) {
  return std::max<std::int64_t>(
      std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count() -
          restored_clock_begin,
      0);
}

// Of two restores the same one in 32,767 cases, and never when one began from the other.
std::uint16_t new_mark(const std::vector<MemberEra>& eras, Timestamp now) {
  auto mark = static_cast<std::uint16_t>(seconds_since_2026(now) % MemberEra::mark_max + 1);
  while (std::ranges::any_of(eras, [&](const MemberEra& era) { return era.mark == mark; }))
    mark = static_cast<std::uint16_t>(mark % MemberEra::mark_max + 1);
  return mark;
}

}  // namespace

std::vector<MemberEra> member_eras(const Registry& registry) {
  std::vector<MemberEra> eras;
  const auto bytes = registry.read(RegistryTable::counters, eras_key);
  if (!bytes) return eras;
  SPILLWAY_CHECK(bytes->size() % era_size == 0, "the row of the members' eras is damaged");
  for (std::size_t at = 0; at < bytes->size(); at += era_size)
    eras.push_back({{get_big_endian<std::uint32_t>(bytes->data() + at)},
                    get_big_endian<std::uint16_t>(bytes->data() + at + 4)});
  return eras;
}

void lift_registry(Registry& registry, Timestamp now) {
  const auto counted = registry.read(RegistryTable::counters, shop_counter);
  const std::uint64_t shops = counted ? decode_counter(*counted).value_or(0) : 0;
  const auto minutes = static_cast<std::uint64_t>(seconds_since_2026(now) / 60);
  std::vector<MemberEra> eras = member_eras(registry);
  eras.push_back({{last_member_id(registry) + 1}, new_mark(eras, now)});
  const std::vector<RegistryChange> changes = {
      {RegistryTable::counters, std::string(shop_counter),
       encode_counter(std::max(shops, minutes))},
      {RegistryTable::counters, std::string(eras_key), to_bytes(eras)}};
  registry.commit(changes);
}

}  // namespace spillway::storage
