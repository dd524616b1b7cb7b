#include "storage/members/member_keys.hpp"

#include <cerrno>
#include <cstring>
#include <string>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include "engine/account/limits.hpp"
#include "storage/base/private_files.hpp"

namespace spillway::storage {

namespace {

constexpr std::size_t slot_size = sizeof(WrappedMemberKey::bytes);
constexpr std::string_view head_text = "spillway members' keys, format 1";
static_assert(head_text.size() <= slot_size);

std::string make_head() {
  std::string head(head_text);
  head.resize(slot_size, '\0');
  return head;
}

off_t place_of(MemberId member) {
  SPILLWAY_CHECK(member.value >= 1 && member.value <= limits::members_max,
                 "a member's id has no slot for its key");
  return static_cast<off_t>(std::size_t{member.value} * slot_size);
}

}  // namespace

Result<std::unique_ptr<MemberKeyFile>> MemberKeyFile::open(const std::filesystem::path& file,
                                                           bool members_are_there) {
  std::error_code error;
  if (!members_are_there && !std::filesystem::exists(file, error))
    if (auto made = write_private_file(file, make_head()); !made) return made.error();
  return open_there(file, O_RDWR);
}

Result<std::unique_ptr<MemberKeyFile>> MemberKeyFile::look(const std::filesystem::path& file) {
  return open_there(file, O_RDONLY);
}

Result<std::unique_ptr<MemberKeyFile>> MemberKeyFile::open_there(const std::filesystem::path& file,
                                                                 int flags) {
  std::error_code error;
  if (!std::filesystem::exists(file, error))
    return Error{"the file " + file.string() +
                 " is missing: without it nothing can be read of the members"};
  if (auto closed = check_private_file(file); !closed) return closed.error();
  const int descriptor = ::open(file.c_str(), flags | O_CLOEXEC);
  if (descriptor < 0) return Error{"cannot open " + file.string() + ": " + std::strerror(errno)};
  std::unique_ptr<MemberKeyFile> keys(new MemberKeyFile(descriptor));
  if (auto good = keys->check_head(); !good)
    return Error{"the file " + file.string() + " " + good.error().message};
  return keys;
}

Result<void> MemberKeyFile::check_head() const {
  std::string head(slot_size, '\0');
  const ssize_t got = ::pread(descriptor_, head.data(), head.size(), 0);
  if (got != static_cast<ssize_t>(slot_size) || head != make_head())
    return Error{"does not hold members' keys of a format that is known"};
  return {};
}

MemberKeyFile::~MemberKeyFile() {
  ::close(descriptor_);
}

void MemberKeyFile::write(MemberId member, const WrappedMemberKey& key) {
  const ssize_t written = ::pwrite(descriptor_, key.bytes.data(), slot_size, place_of(member));
  SPILLWAY_CHECK(written == static_cast<ssize_t>(slot_size) && ::fdatasync(descriptor_) == 0,
                 std::string("a member's key cannot be written: ") + std::strerror(errno));
}

void MemberKeyFile::destroy(MemberId member) {
  write(member, WrappedMemberKey{});
}

void MemberKeyFile::for_each(
    const std::function<void(MemberId, const WrappedMemberKey&)>& visit) const {
  constexpr std::size_t slots_at_once = 4'096;
  std::vector<WrappedMemberKey> slots(slots_at_once);
  for (std::uint32_t first = 1; first <= limits::members_max; first += slots_at_once) {
    const ssize_t got =
        ::pread(descriptor_, slots.data(), slots_at_once * slot_size, place_of({first}));
    SPILLWAY_CHECK(got >= 0, "the members' keys cannot be read");
    // A slot that a crash has left half written at the end has never been relied on.
    const std::size_t whole = static_cast<std::size_t>(got) / slot_size;
    for (std::size_t i = 0; i < whole; ++i)
      if (slots[i] != WrappedMemberKey{}) visit({first + static_cast<std::uint32_t>(i)}, slots[i]);
    if (whole < slots_at_once) return;
  }
}

}  // namespace spillway::storage
