#include "tests/simulation/worlds/member_world.hpp"

#include <algorithm>

#include "storage/base/bytes.hpp"

namespace spillway::simulation {

MemberWorld::MemberWorld(const actors::Configuration& configuration, MemoryRegistry& registry) {
  for (const auto& shop : configuration.shops)
    for (int i = 0; i < 2; ++i) enrol(registry, shop.id);
}

void MemberWorld::enrol(MemoryRegistry& registry, ShopId shop) {
  const MemberId id{static_cast<std::uint32_t>(members_.size() + 1)};
  const storage::WrappedMemberKey key = seal_.make_key(id);
  keys_.write(id, key);
  storage::MemberAccount account;
  account.profile.name = "Hanako Sato";
  account.profile.email = "member-" + std::to_string(id.value) + "@example.jp";
  CardDetails card;
  card.number = *CardNumber::from("4242424242424242");
  card.expiry = {2030, 12};
  const storage::MemberRow row{
      shop, Timestamp{}, *seal_.seal_account(id, key, storage::encode(account)),
      seal_.seal_card(id, key, id.value % 2 == 0 ? CardCompany::visa : CardCompany::jcb, card)};
  std::string count(4, '\0');
  storage::put_big_endian(count.data(), id.value);
  const std::vector<storage::RegistryChange> changes = {
      {storage::RegistryTable::members, storage::member_row_key(id), storage::encode(row)},
      {storage::RegistryTable::counters, std::string(storage::MemberBook::counter_key), count}};
  registry.commit(changes);
  members_.push_back({id, shop, MemberNumbers(seal_.numbers()).encode(id)});
}

const MemberWorld::Member* MemberWorld::find(const std::string& number) const {
  const auto found = std::ranges::find(members_, number, &Member::number);
  return found == members_.end() ? nullptr : &*found;
}

}  // namespace spillway::simulation
