#include "storage/base/locked_memory.hpp"

#include <mutex>
#include <vector>

#include <sodium.h>
#include <sys/mman.h>

#include "engine/base/invariants.hpp"

namespace spillway::storage {

namespace {

constexpr std::size_t region_size = 16 * 1024;

class LockedMemory {
 public:
  void* take() {
    const std::lock_guard guard(mutex_);
    if (free_.empty()) add_region();
    void* slot = free_.back();
    free_.pop_back();
    return slot;
  }

  void give_back(void* slot) {
    sodium_memzero(slot, locked_slot_size);
    const std::lock_guard guard(mutex_);
    free_.push_back(slot);
  }

 private:
  void add_region() {
    void* region =
        ::mmap(nullptr, region_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    SPILLWAY_CHECK(region != MAP_FAILED, "there is no memory for keys");
    ::mlock(region, region_size);
    ::madvise(region, region_size, MADV_DONTDUMP);
    for (std::size_t at = region_size; at > 0; at -= locked_slot_size)
      free_.push_back(static_cast<char*>(region) + at - locked_slot_size);
  }

  std::mutex mutex_;
  std::vector<void*> free_;
};

// Never destroyed: keys of static objects are given back after everything else.
LockedMemory& memory() {
  static auto* const the_memory = new LockedMemory;
  return *the_memory;
}

}  // namespace

void* take_locked_slot() {
  return memory().take();
}

void give_back_locked_slot(void* slot) {
  memory().give_back(slot);
}

}  // namespace spillway::storage
