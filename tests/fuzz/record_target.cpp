// decode_fact and RecordSeal: the journal's records, bodies and seals.
//
// The first byte is the record's kind, the rest its body. Holds: a body that is read is what the
// fact that was read would be written as; under the seal it comes back as it was, and neither any
// changed byte of the sealed record nor another number nor bytes without a seal open.
#include <string>

#include <sodium.h>

#include "engine/base/invariants.hpp"
#include "storage/journal/entry.hpp"
#include "storage/journal/seal.hpp"
#include "tests/fuzz/fuzz_target.hpp"

namespace spillway::storage {
namespace {

constexpr RecordNumber number{77};

void check_body(std::uint8_t kind, std::string_view body) {
  const auto fact = decode_fact(kind, body);
  if (!fact) {
    SPILLWAY_CHECK(!fact.error().message.empty(), "a body is refused without a word");
    return;
  }
  SPILLWAY_CHECK(fact->index() == kind, "a fact is of another kind");
  const Entry entry = make_entry(Event{OrderNumber{5}, Timestamp(), *fact});
  SPILLWAY_CHECK(entry.kind == kind && entry.body == body, "a fact is written otherwise");
}

const RecordSeal& seal() {
  static const RecordSeal one = [] {
    SPILLWAY_CHECK(sodium_init() >= 0, "libsodium cannot start");
    SecretKey key;
    key.bytes.fill(0x5A);
    return RecordSeal(key);
  }();
  return one;
}

void check_seal(std::uint8_t kind, std::string_view body, fuzz::Chance& chance) {
  const SealedContent content{OrderNumber{5}, Timestamp(Duration(123'456)), kind, body};
  std::string stored(body.size() + RecordSeal::overhead, '\0');
  seal().seal(number, content, stored.data());
  std::string buffer;
  const auto opened = seal().open(number, stored, buffer);
  SPILLWAY_CHECK(opened && opened->body == body && opened->kind == kind &&
                     opened->order == content.order && opened->at == content.at,
                 "a sealed record is another one when it is opened");
  SPILLWAY_CHECK(!seal().open({number.value + 1}, stored, buffer), "a record opens elsewhere");
  stored[chance.below(stored.size())] ^= static_cast<char>(1U << chance.below(8));
  SPILLWAY_CHECK(!seal().open(number, stored, buffer), "a changed record opens");
}

}  // namespace
}  // namespace spillway::storage

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace spillway::storage;
  if (size == 0) return 0;
  const std::string_view input = spillway::fuzz::text_of(data, size);
  spillway::fuzz::Chance chance(input);
  check_body(data[0], input.substr(1));
  check_seal(data[0], input.substr(1), chance);
  std::string buffer;
  SPILLWAY_CHECK(!seal().open(number, input, buffer), "bytes without a seal open");
  return 0;
}
