// The members of all shops: the directory, the mail addresses that are taken, and the way to a
// member's account in the registry.
//
// A registration writes the member's key first and his row second; closing an account erases the
// row first and destroys the key second. So a crash in between leaves a key without a row, which is
// destroyed, or overwritten, here and never the other way round.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "engine/base/siphash.hpp"
#include "storage/members/member_directory.hpp"
#include "storage/members/member_keys.hpp"
#include "storage/members/member_record.hpp"
#include "storage/members/member_seal.hpp"
#include "storage/registry/registry.hpp"

namespace spillway::storage {

class MemberBook {
 public:
  // The counter's row in RegistryTable::counters: the last id given out (4, big-endian).
  static constexpr std::string_view counter_key = "members";

  // Reads the registry's members into memory. `secret`: the system's key for members.
  MemberBook(const Registry& registry, MemberKeys& keys, const SecretKey& secret);

  // ---- From any thread

  const MemberSeal& seal() const { return seal_; }
  const MemberNumbers& numbers() const { return numbers_; }
  const MemberDirectory& directory() const { return directory_; }

  // Where to tell a member something. Nothing when the account is closed. Reads the registry.
  std::optional<MemberProfile> profile(MemberId member) const;

  // ---- From the one who changes members

  MemberDirectory& directory() { return directory_; }
  MemberKeys& keys() { return keys_; }

  std::optional<MemberRow> read(MemberId member) const;  // as it is in the registry
  std::optional<MemberAccount> open(MemberId member, const WrappedMemberKey& key,
                                    const MemberRow& row) const;

  // A new id; nothing when all have been given out.
  std::optional<MemberId> next_id();

  // A shop has a mail address once. `take` says false when it is taken.
  bool take_mail(ShopId shop, std::string_view mail, MemberId member);
  void free_mail(ShopId shop, std::string_view mail);
  std::optional<MemberId> owner_of_mail(ShopId shop, std::string_view mail) const;

  // Rows whose key is missing: from a copy of the registry that is older than a closed account, or
  // with keys of another time. They count as closed. So do rows of a form that a later version
  // wrote, whose keys stay.
  std::size_t unreadable() const { return unreadable_; }

 private:
  void load(const std::unordered_map<MemberId, WrappedMemberKey>& keys);
  void load(MemberId member, const WrappedMemberKey& key, const MemberRow& row);
  std::uint64_t mail_key(ShopId shop, std::string_view mail) const;

  const Registry& registry_;
  MemberKeys& keys_;
  MemberSeal seal_;
  MemberNumbers numbers_;
  MemberDirectory directory_;
  SipHashKey mail_hash_{};  // new at each start
  std::unordered_map<std::uint64_t, MemberId> mails_;
  std::uint32_t last_id_ = 0;
  std::unordered_set<MemberId> unknown_;  // whose rows are of a form that is not known
  std::size_t unreadable_ = 0;
};

// The number of members ever registered, for whoever has to know before the book is open.
std::uint32_t last_member_id(const Registry& registry);

}  // namespace spillway::storage
