// The keys of members: each has one of their own, under which all that is known of them is sealed,
// so that to destroy it is to erase them everywhere: in the registry's rows, in LMDB's freed pages,
// in old copies of the registry.
//
// DIR/keys/members.keys: slots of 64 bytes, the n-th is the n-th member's; the 0-th is the head.
//
//   head   "spillway members' keys, format 1", then zeros
//   slot   version (1 byte: 1), zeros (3), nonce (12), the key under ChaCha20-Poly1305 (32 + 16)
//          with the slot's first four bytes and the member's id (4, big-endian) as associated data
//   zeros  a slot that was never used, or whose key was destroyed
//
// A slot is written, and overwritten when the account is closed, in its place, and synced before
// the call returns. That the old bytes are gone from the medium too is up to file system and disk
// (docs/members.md).
#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>

#include "engine/base/ids.hpp"
#include "engine/base/result.hpp"
#include "storage/base/secret_key.hpp"

namespace spillway::storage {

// A member's key as it stands in its slot: of no use without the system's keys.
struct WrappedMemberKey {
  std::array<unsigned char, 64> bytes{};
  friend bool operator==(const WrappedMemberKey&, const WrappedMemberKey&) = default;
};

// Threads: one.
class MemberKeys {
 public:
  virtual ~MemberKeys() = default;

  // On disk when they return; a disk that does not take it stops the process.
  virtual void write(MemberId member, const WrappedMemberKey& key) = 0;
  virtual void destroy(MemberId member) = 0;

  // Those that are there, in the order of their members.
  virtual void for_each(
      const std::function<void(MemberId, const WrappedMemberKey&)>& visit) const = 0;
};

class MemberKeyFile final : public MemberKeys {
 public:
  // Makes the file when it is missing and `members_are_there` is not: otherwise that is an error,
  // as it is when the file is of another format, or open to others.
  static Result<std::unique_ptr<MemberKeyFile>> open(const std::filesystem::path& file,
                                                     bool members_are_there);
  // For whoever only reads; it must be there.
  static Result<std::unique_ptr<MemberKeyFile>> look(const std::filesystem::path& file);
  ~MemberKeyFile() override;
  MemberKeyFile(const MemberKeyFile&) = delete;
  MemberKeyFile& operator=(const MemberKeyFile&) = delete;

  void write(MemberId member, const WrappedMemberKey& key) override;
  void destroy(MemberId member) override;
  void for_each(const std::function<void(MemberId, const WrappedMemberKey&)>& visit) const override;

 private:
  explicit MemberKeyFile(int descriptor) : descriptor_(descriptor) {}
  static Result<std::unique_ptr<MemberKeyFile>> open_there(const std::filesystem::path& file,
                                                           int flags);
  Result<void> check_head() const;

  int descriptor_;
};

}  // namespace spillway::storage
