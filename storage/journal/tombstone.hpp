// What the table `erased` keeps of a record that is not as it was written: what became of it, and
// the hash by which the chain knows it. So the chain still holds, and what is gone stays gone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/ids.hpp"
#include "storage/base/secret_key.hpp"
#include "storage/journal/record_chain.hpp"

namespace spillway::storage {

enum class Erasure : std::uint8_t {
  rewritten = 1,  // the record is there, its personal data sealed anew or gone
  removed = 2,    // the record is not there
};

struct Tombstone {
  Erasure erasure{};
  ChainHash hash{};  // of the record as it was first written
};

std::string to_bytes(RecordNumber number, const Tombstone& tombstone, const KeyedHash& checksum);

// Nothing when it is damaged, or another record's.
std::optional<Tombstone> tombstone_from(RecordNumber number, std::string_view bytes,
                                        const KeyedHash& checksum);

}  // namespace spillway::storage
