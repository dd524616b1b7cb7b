// read_list_query, percent_decoded, match_route and OrderCodes: what stands in a request's target.
//
// Holds: a filter that is taken keeps its limits; what is escaped comes back as it was; a code
// that is read is the code of its number; a path names an order only where it has one.
#include <string>

#include <simdjson.h>

#include "engine/base/invariants.hpp"
#include "engine/base/utf8.hpp"
#include "engine/order/limits.hpp"
#include "net/api/common/list_query.hpp"
#include "net/api/routing/routes.hpp"
#include "net/text/field_reader.hpp"
#include "tests/fuzz/fuzz_target.hpp"

namespace spillway::net {
namespace {

const OrderCodes codes({0x0123456789ABCDEF, 0xFEDCBA9876543210});

std::string escaped(std::string_view text) {
  constexpr std::string_view digits = "0123456789aBcDeF";
  std::string result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    result += {'%', digits[byte >> 4U], digits[byte & 15U]};
  }
  return result;
}

void check_filter(const OrderFilter& filter) {
  SPILLWAY_CHECK(filter.limit >= 1 && filter.limit <= limits::list_page_max, "a limit");
  if (!filter.reference) return;
  const std::string& reference = *filter.reference;
  SPILLWAY_CHECK(!reference.empty() && !is_longer_than(reference, limits::order_reference_max),
                 "a size");
  SPILLWAY_CHECK(simdjson::validate_utf8(reference.data(), reference.size()), "not UTF-8");
  SPILLWAY_CHECK(!has_control_character(reference), "a control character");
}

void check_code(std::string_view text) {
  const auto number = codes.decode(text);
  if (!number) return;
  const std::string code = codes.encode(*number);
  SPILLWAY_CHECK(codes.decode(code) == number, "a code is another order's");
  SPILLWAY_CHECK(text.size() <= code.size(), "a code is longer than codes are");
}

}  // namespace
}  // namespace spillway::net

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace spillway::net;
  const std::string_view text = spillway::fuzz::text_of(data, size);
  const auto filter = read_list_query(text, codes);
  if (filter) {
    check_filter(*filter);
  } else {
    SPILLWAY_CHECK(!filter.error().message.empty(), "a query is refused without a word");
  }
  if (const auto search = read_order_search(text, codes); !search)
    SPILLWAY_CHECK(!search.error().message.empty(), "a search is refused without a word");
  if (const auto page = read_numbered_page(text))
    SPILLWAY_CHECK(page->limit >= 1 && page->limit <= spillway::limits::list_page_max,
                   "a page has an impossible limit");
  SPILLWAY_CHECK(percent_decoded(escaped(text)) == text, "an escape is read otherwise");
  if (const auto plain = percent_decoded(text))
    SPILLWAY_CHECK(plain->size() <= text.size(), "an escape grew");
  const MatchedRoute matched = match_route(spillway::net::routes(), text);
  for (const std::string_view name : matched.name)
    SPILLWAY_CHECK(name.find('/') == text.npos, "a name has two segments");
  check_code(text);
  check_code(matched.name[0]);
  return 0;
}
