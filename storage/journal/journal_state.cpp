#include "storage/journal/journal_state.hpp"

#include <cstring>

#include "storage/base/bytes.hpp"

namespace spillway::storage {

namespace {

constexpr std::size_t checksum_size = 8;
constexpr std::size_t size_1 = 28;
constexpr std::size_t removed_at = size_1;
constexpr std::size_t head_at = removed_at + 16;
constexpr std::size_t size_2 = head_at + sizeof(ChainHash);

std::uint64_t number_at(std::string_view bytes, std::size_t at) {
  return get_big_endian<std::uint64_t>(bytes.data() + at);
}

}  // namespace

std::string to_bytes(const JournalState& state, const KeyedHash& checksum) {
  std::string bytes(size_2 + checksum_size, '\0');
  put_big_endian(bytes.data(), state.format);
  put_big_endian(bytes.data() + 4, state.first);
  put_big_endian(bytes.data() + 12, state.last);
  put_big_endian(bytes.data() + 20, state.transaction);
  put_big_endian(bytes.data() + removed_at, state.removed_records);
  put_big_endian(bytes.data() + removed_at + 8, state.removed_orders);
  std::memcpy(bytes.data() + head_at, state.head.data(), state.head.size());
  put_big_endian(bytes.data() + size_2, checksum.of({bytes.data(), size_2}));
  return bytes;
}

std::optional<JournalState> journal_state_from(std::string_view bytes, const KeyedHash& checksum) {
  if (bytes.size() < size_1 + checksum_size) return std::nullopt;
  const std::string_view checked = bytes.substr(0, bytes.size() - checksum_size);
  if (number_at(bytes, checked.size()) != checksum.of(checked)) return std::nullopt;
  JournalState state;
  state.format = get_big_endian<std::uint32_t>(bytes.data());
  state.first = number_at(bytes, 4);
  state.last = number_at(bytes, 12);
  state.transaction = number_at(bytes, 20);
  if (state.format == journal_format_without_chain) return state;
  if (checked.size() < size_2) return std::nullopt;
  state.removed_records = number_at(bytes, removed_at);
  state.removed_orders = number_at(bytes, removed_at + 8);
  std::memcpy(state.head.data(), bytes.data() + head_at, state.head.size());
  return state;
}

}  // namespace spillway::storage
