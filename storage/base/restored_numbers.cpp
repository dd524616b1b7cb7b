#include "storage/base/restored_numbers.hpp"

#include <algorithm>

#include "engine/base/limits.hpp"
#include "storage/base/bytes.hpp"

namespace spillway::storage {

namespace {

constexpr std::size_t number_size = 8;
constexpr std::size_t gap_size = 3 * number_size;
constexpr std::int64_t day = 86'400;  // seconds

std::uint64_t counted_since_2026(Timestamp now) {
  const auto seconds =
      std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count() -
      restored_clock_begin;
  return static_cast<std::uint64_t>(std::max<std::int64_t>(seconds, 0)) * restored_clock_rate;
}

std::uint64_t written_since(Timestamp last_at, Timestamp now) {
  const auto age = std::chrono::duration_cast<std::chrono::seconds>(now - last_at).count() + 1;
  const auto fast = static_cast<std::uint64_t>(std::clamp<std::int64_t>(age, 1, day));
  const auto steady = static_cast<std::uint64_t>(std::max<std::int64_t>(age - day, 0));
  return fast * lost_records_fast + steady * lost_records_steady;
}

}  // namespace

Result<RecordNumber> restored_next(RecordNumber last, Timestamp last_at, Timestamp now) {
  const std::uint64_t next =
      std::max(counted_since_2026(now), last.value + written_since(std::min(last_at, now), now)) +
      1;
  if (next > limits::order_number_max)
    return Error{
        "a journal that ends at record " + std::to_string(last.value) +
        " and whose last record is of " +
        std::to_string(std::chrono::duration_cast<std::chrono::hours>(now - last_at).count()) +
        " hours ago would have to go on at " + std::to_string(next) + ", and numbers end at " +
        std::to_string(limits::order_number_max)};
  return RecordNumber{next};
}

std::string to_bytes(std::span<const NumberGap> gaps, const KeyedHash& checksum) {
  std::string bytes(gaps.size() * gap_size + number_size, '\0');
  char* out = bytes.data();
  for (const NumberGap& gap : gaps) {
    put_big_endian(out, gap.before.value);
    put_big_endian(out + number_size, gap.next.value);
    put_big_endian(out + 2 * number_size,
                   static_cast<std::uint64_t>(gap.at.time_since_epoch().count()));
    out += gap_size;
  }
  put_big_endian(out, checksum.of({bytes.data(), gaps.size() * gap_size}));
  return bytes;
}

std::optional<std::vector<NumberGap>> gaps_from(std::string_view bytes, const KeyedHash& checksum) {
  if (bytes.size() % gap_size != number_size) return std::nullopt;
  const std::string_view checked = bytes.substr(0, bytes.size() - number_size);
  if (get_big_endian<std::uint64_t>(bytes.data() + checked.size()) != checksum.of(checked))
    return std::nullopt;
  std::vector<NumberGap> gaps;
  for (std::size_t at = 0; at < checked.size(); at += gap_size) {
    const auto number = [&](std::size_t place) {
      return get_big_endian<std::uint64_t>(checked.data() + at + place * number_size);
    };
    gaps.push_back(
        {{number(0)}, {number(1)}, Timestamp(Duration(static_cast<std::int64_t>(number(2))))});
  }
  return gaps;
}

}  // namespace spillway::storage
