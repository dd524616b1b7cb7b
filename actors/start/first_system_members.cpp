// The members of a first system.
#include "actors/base/log.hpp"
#include "actors/start/first_system_parts.hpp"
#include "storage/base/data_folder.hpp"

namespace spillway::actors {

Result<void> FirstSystem::Parts::open_members() {
  const std::filesystem::path file = storage::member_keys_file(configuration.server.data);
  auto opened = storage::MemberKeyFile::open(file, storage::last_member_id(*registry) > 0);
  if (!opened) return opened.error();
  member_keys = std::move(*opened);
  members = std::make_unique<storage::MemberBook>(*registry, *member_keys, keys->members());
  metrics.members.set(static_cast<std::int64_t>(members->directory().size()));
  if (members->unreadable() > 0)
    log(LogLevel::warning, "members_without_keys", {{"members", members->unreadable()}});
  return {};
}

std::optional<Buyer> FirstSystem::Parts::buyer_of(const Received& received) const {
  const auto member = members->numbers().decode(received.member);
  if (!member) return std::nullopt;
  auto profile = members->profile(*member);
  if (!profile) return std::nullopt;
  return Buyer{std::move(profile->name), std::move(profile->email)};
}

}  // namespace spillway::actors
