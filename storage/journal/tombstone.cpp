#include "storage/journal/tombstone.hpp"

#include <cstring>

#include "storage/base/bytes.hpp"

namespace spillway::storage {

namespace {

constexpr std::size_t checked_size = 1 + sizeof(ChainHash);
constexpr std::size_t tombstone_checksum_size = 8;

std::uint64_t checksum_of(RecordNumber number, std::string_view checked,
                          const KeyedHash& checksum) {
  std::array<char, 8 + checked_size> bytes;
  put_big_endian(bytes.data(), number.value);
  std::memcpy(bytes.data() + 8, checked.data(), checked_size);
  return checksum.of({bytes.data(), bytes.size()});
}

}  // namespace

std::string to_bytes(RecordNumber number, const Tombstone& tombstone, const KeyedHash& checksum) {
  std::string bytes(checked_size + tombstone_checksum_size, '\0');
  bytes[0] = static_cast<char>(tombstone.erasure);
  std::memcpy(bytes.data() + 1, tombstone.hash.data(), tombstone.hash.size());
  put_big_endian(bytes.data() + checked_size, checksum_of(number, bytes, checksum));
  return bytes;
}

std::optional<Tombstone> tombstone_from(RecordNumber number, std::string_view bytes,
                                        const KeyedHash& checksum) {
  if (bytes.size() != checked_size + tombstone_checksum_size ||
      get_big_endian<std::uint64_t>(bytes.data() + checked_size) !=
          checksum_of(number, bytes, checksum))
    return std::nullopt;
  Tombstone tombstone;
  tombstone.erasure = static_cast<Erasure>(bytes[0]);
  std::memcpy(tombstone.hash.data(), bytes.data() + 1, tombstone.hash.size());
  if (tombstone.erasure != Erasure::rewritten && tombstone.erasure != Erasure::removed)
    return std::nullopt;
  return tombstone;
}

}  // namespace spillway::storage
