#include "storage/members/member_book.hpp"

#include "engine/account/limits.hpp"
#include "storage/base/bytes.hpp"
#include "storage/members/restored_registry.hpp"

namespace spillway::storage {

std::uint32_t last_member_id(const Registry& registry) {
  const auto counter = registry.read(RegistryTable::counters, MemberBook::counter_key);
  if (!counter) return 0;
  SPILLWAY_CHECK(counter->size() == 4, "the counter of members is damaged");
  return get_big_endian<std::uint32_t>(counter->data());
}

MemberBook::MemberBook(const Registry& registry, MemberKeys& keys, const SecretKey& secret)
    : registry_(registry),
      keys_(keys),
      seal_(secret),
      numbers_(seal_.numbers(), member_eras(registry)),
      last_id_(last_member_id(registry)) {
  randombytes_buf(mail_hash_.data(), sizeof(mail_hash_));
  std::unordered_map<MemberId, WrappedMemberKey> found;
  // Beyond the counter stand keys of registrations that came to nothing: they are overwritten.
  keys_.for_each([&](MemberId member, const WrappedMemberKey& key) {
    if (member.value <= last_id_) found.emplace(member, key);
  });
  load(found);
  for (const auto& [member, key] : found)
    if (!directory_.find(member) && !unknown_.contains(member)) keys_.destroy(member);
}

void MemberBook::load(const std::unordered_map<MemberId, WrappedMemberKey>& keys) {
  registry_.for_each(RegistryTable::members, {}, [&](std::string_view key, std::string_view value) {
    const auto member = member_of_row_key(key);
    const auto row = decode_member_row(value);
    const auto found = member ? keys.find(*member) : keys.end();
    if (member && !row) unknown_.insert(*member);
    if (!row || found == keys.end())
      ++unreadable_;
    else
      load(*member, found->second, *row);
    return true;
  });
}

void MemberBook::load(MemberId member, const WrappedMemberKey& key, const MemberRow& row) {
  const auto account = open(member, key, row);
  MemberEntry entry;
  entry.shop = row.shop;
  entry.key = key;
  entry.has_card = row.card.has_value();
  if (row.card) entry.card = *row.card;
  directory_.put(member, entry);
  if (account)
    take_mail(row.shop, account->profile.email, member);
  else
    ++unreadable_;  // under another key: the key stays until the account is closed
}

std::optional<MemberRow> MemberBook::read(MemberId member) const {
  const auto value = registry_.read(RegistryTable::members, member_row_key(member));
  if (!value) return std::nullopt;
  return decode_member_row(*value);
}

std::optional<MemberAccount> MemberBook::open(MemberId member, const WrappedMemberKey& key,
                                              const MemberRow& row) const {
  auto bytes = seal_.open_account(member, key, row.sealed_account);
  if (!bytes) return std::nullopt;
  auto account = decode_account(*bytes);
  sodium_memzero(bytes->data(), bytes->size());
  return account;
}

std::optional<MemberProfile> MemberBook::profile(MemberId member) const {
  const auto entry = directory_.find(member);
  if (!entry) return std::nullopt;
  const auto row = read(member);
  if (!row) return std::nullopt;
  auto account = open(member, entry->key, *row);
  if (!account) return std::nullopt;
  return std::move(account->profile);
}

std::optional<MemberId> MemberBook::next_id() {
  if (last_id_ == limits::members_max) return std::nullopt;
  return MemberId{++last_id_};
}

std::uint64_t MemberBook::mail_key(ShopId shop, std::string_view mail) const {
  std::string text(4, '\0');
  put_big_endian(text.data(), shop.value);
  return siphash24(mail_hash_, text.append(fold_mail_address(mail)));
}

bool MemberBook::take_mail(ShopId shop, std::string_view mail, MemberId member) {
  return mails_.emplace(mail_key(shop, mail), member).second;
}

void MemberBook::free_mail(ShopId shop, std::string_view mail) {
  mails_.erase(mail_key(shop, mail));
}

std::optional<MemberId> MemberBook::owner_of_mail(ShopId shop, std::string_view mail) const {
  const auto found = mails_.find(mail_key(shop, mail));
  return found == mails_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace spillway::storage
