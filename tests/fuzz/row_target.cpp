// encode_row and decode_row: the rows of the views.
//
// The input is a row without its checksum, which is put behind it here, since no chance would find
// one. Holds: a row that is read comes back when it is written and read again, whatever its bytes;
// and with another checksum, or for another order, it is refused.
#include <string>

#include "engine/base/invariants.hpp"
#include "storage/base/bytes.hpp"
#include "storage/views/row_codec.hpp"
#include "tests/fuzz/fuzz_target.hpp"

namespace spillway::storage {
namespace {

constexpr OrderNumber number{1'001};

// As row_codec.hpp has it: of the number and the bytes' own sum.
std::string with_checksum(std::string_view bytes, const KeyedHash& hash) {
  const std::uint64_t parts[2] = {number.value, hash.of(bytes)};
  std::string stored(bytes);
  stored.resize(bytes.size() + 8);
  put_big_endian(stored.data() + bytes.size(),
                 hash.of({reinterpret_cast<const char*>(parts), sizeof parts}));
  return stored;
}

}  // namespace
}  // namespace spillway::storage

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace spillway::storage;
  static const KeyedHash hash{Secret<16>()};
  static OrderRow row;  // one for all, as a projection reuses its memory
  const std::string_view bytes = spillway::fuzz::text_of(data, size);
  std::string stored = with_checksum(bytes, hash);
  if (decode_row(number, stored, hash, row)) {
    std::string again;
    encode_row(row, hash, again);
    // The first byte says once more what stands in the state; the rest has one form only.
    SPILLWAY_CHECK(std::string_view(again).substr(1, bytes.size() - 1) == bytes.substr(1),
                   "a row is written otherwise");
    OrderRow reread;
    SPILLWAY_CHECK(decode_row(number, again, hash, reread), "our own row cannot be read");
    SPILLWAY_CHECK(reread.state == row.state && reread.received_at == row.received_at &&
                       reread.idempotency == row.idempotency && reread.reference == row.reference,
                   "a row is another one when it is read again");
    SPILLWAY_CHECK(!decode_row({number.value + 1}, stored, hash, reread), "another order's row");
  }
  spillway::fuzz::Chance chance(bytes);
  stored[chance.below(stored.size())] ^= static_cast<char>(1U << chance.below(8));
  SPILLWAY_CHECK(!decode_row(number, stored, hash, row), "a changed row is read");
  return 0;
}
