#include "storage/members/member_directory.hpp"

#include "engine/account/limits.hpp"
#include "engine/base/invariants.hpp"

namespace spillway::storage {

MemberDirectory::MemberDirectory() = default;

MemberDirectory::~MemberDirectory() {
  for (const auto& chunk : chunks_) delete chunk.load(std::memory_order_relaxed);
}

void MemberDirectory::put(MemberId member, const MemberEntry& entry) {
  if (!find(member)) size_.fetch_add(1, std::memory_order_relaxed);
  MemberEntry active = entry;
  active.active = true;
  write(member, active);
}

void MemberDirectory::remove(MemberId member) {
  if (!find(member)) return;
  size_.fetch_sub(1, std::memory_order_relaxed);
  write(member, MemberEntry{});
}

void MemberDirectory::write(MemberId member, const MemberEntry& entry) {
  SPILLWAY_CHECK(member.value >= 1 && member.value <= limits::members_max,
                 "a member's id has no place in the directory");
  std::atomic<Chunk*>& place = chunks_[member.value / chunk_entries];
  Chunk* chunk = place.load(std::memory_order_relaxed);
  if (!chunk) {
    chunk = new Chunk{};
    place.store(chunk, std::memory_order_release);
  }
  const std::lock_guard lock(lock_of(member));
  (*chunk)[member.value % chunk_entries] = entry;
}

std::optional<MemberEntry> MemberDirectory::find(MemberId member) const {
  if (member.value > limits::members_max) return std::nullopt;
  const Chunk* chunk = chunks_[member.value / chunk_entries].load(std::memory_order_acquire);
  if (!chunk) return std::nullopt;
  const std::lock_guard lock(lock_of(member));
  const MemberEntry& entry = (*chunk)[member.value % chunk_entries];
  if (!entry.active) return std::nullopt;
  return entry;
}

}  // namespace spillway::storage
