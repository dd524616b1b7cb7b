#include "storage/inspect/verify_members.hpp"

#include <optional>
#include <string>
#include <unordered_map>

#include "storage/base/data_folder.hpp"
#include "storage/members/member_book.hpp"

namespace spillway::storage {

Result<std::uint64_t> verify_members(const Registry& registry, const Keyring& keys,
                                     const std::filesystem::path& data_folder) {
  if (last_member_id(registry) == 0) return std::uint64_t{0};
  const auto file = MemberKeyFile::look(member_keys_file(data_folder));
  if (!file) return file.error();
  std::unordered_map<MemberId, WrappedMemberKey> member_keys;
  (*file)->for_each(
      [&](MemberId member, const WrappedMemberKey& key) { member_keys.emplace(member, key); });

  const MemberSeal seal(keys.members());
  std::uint64_t readable = 0;
  std::optional<Error> broken;
  const auto check = [&](std::string_view row_key, std::string_view value) -> const char* {
    const auto member = member_of_row_key(row_key);
    const auto row = decode_member_row(value);
    if (!member || !row) return "is of an unknown form";
    const auto key = member_keys.find(*member);
    if (key == member_keys.end()) return nullptr;
    const auto account = seal.open_account(*member, key->second, row->sealed_account);
    if (!account || !decode_account(*account)) return "has an account that does not open";
    if (row->card && !seal.show_card(*member, key->second, *row->card))
      return "has a card that does not open";
    ++readable;
    return nullptr;
  };
  registry.for_each(RegistryTable::members, {}, [&](std::string_view key, std::string_view value) {
    if (const char* why = check(key, value))
      broken = Error{std::string("a member's row in the registry ") + why};
    return !broken;
  });
  if (broken) return *broken;
  return readable;
}

}  // namespace spillway::storage
