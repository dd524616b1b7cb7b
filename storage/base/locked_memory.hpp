// Memory for keys: never written to swap (mlock) or into a core file (MADV_DONTDUMP), and wiped
// when it is given back. A few pages for all, cut into slots, since a page for each key would soon
// meet RLIMIT_MEMLOCK. Where the system locks nothing for us the keys still work, as libsodium's
// do.
#pragma once

#include <cstddef>

namespace spillway::storage {

constexpr std::size_t locked_slot_size = 64;

// Zeros. Thread-safe.
void* take_locked_slot();
void give_back_locked_slot(void* slot);

}  // namespace spillway::storage
