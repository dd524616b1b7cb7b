// Which members there are, in memory: all that accepting an order has to know, without a read from
// storage on an HTTP loop. 128 bytes a member; keys stand in it wrapped and cards sealed.
//
// `find` copies an entry out under a lock that is held for the copy alone, and by nobody longer.
// Threads: `put` and `remove` from one at a time; `find` from any.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>

#include "engine/account/limits.hpp"
#include "engine/base/ids.hpp"
#include "storage/members/member_seal.hpp"

namespace spillway::storage {

struct MemberEntry {
  ShopId shop;
  bool active = false;
  bool has_card = false;
  WrappedMemberKey key;
  SealedMemberCard card;
};
static_assert(sizeof(MemberEntry) == 128);

class MemberDirectory {
 public:
  MemberDirectory();
  ~MemberDirectory();
  MemberDirectory(const MemberDirectory&) = delete;
  MemberDirectory& operator=(const MemberDirectory&) = delete;

  void put(MemberId member, const MemberEntry& entry);
  void remove(MemberId member);

  std::optional<MemberEntry> find(MemberId member) const;
  std::size_t size() const { return size_.load(std::memory_order_relaxed); }

 private:
  static constexpr std::size_t chunk_entries = 4'096;
  static constexpr std::size_t chunks = limits::members_max / chunk_entries + 1;
  using Chunk = std::array<MemberEntry, chunk_entries>;

  void write(MemberId member, const MemberEntry& entry);
  std::mutex& lock_of(MemberId member) const { return locks_[member.value % locks_.size()]; }

  std::array<std::atomic<Chunk*>, chunks> chunks_{};
  mutable std::array<std::mutex, 64> locks_;
  std::atomic<std::size_t> size_{0};
};

}  // namespace spillway::storage
