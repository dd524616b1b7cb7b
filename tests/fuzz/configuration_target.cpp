// parse_configuration: any text as the file that an operator writes.
//
// Holds: a text is refused with at least one line of its own, each naming the file; one that is
// taken has what the system counts on (at least a shop and a relay centre, no number twice, every
// company at one relay centre); and it is said twice in the same way.
#include <set>
#include <string>

#include "actors/configuration/configuration.hpp"
#include "engine/base/invariants.hpp"
#include "engine/pacing/limits.hpp"
#include "net/relay/iso8583_connection.hpp"
#include "tests/fuzz/fuzz_target.hpp"

namespace spillway::actors {
namespace {

constexpr const char* name = "fuzz.toml";

void check_refusal(const std::string& message) {
  SPILLWAY_CHECK(message.starts_with(name), "a refusal does not name the file");
  SPILLWAY_CHECK(message.size() > std::string_view(name).size() + 3, "a refusal says nothing");
}

void check_relay(const RelaySettings& relay) {
  net::RelayOptions options;
  options.host = relay.address.host;
  options.port = relay.address.port;
  options.acquirer = relay.acquirer;
  SPILLWAY_CHECK(net::check(options).has_value(), "a relay centre is taken that has no line");
  SPILLWAY_CHECK(relay.answer_time_max > Duration::zero(), "no time to answer");
  SPILLWAY_CHECK(
      relay.line_outstanding_max > 0 && relay.line_outstanding_max <= limits::relay_outstanding_max,
      "a line has no room or too much");
}

void check_taken(const Configuration& configuration) {
  std::set<std::uint32_t> shops;
  for (const ShopSettings& shop : configuration.shops) {
    SPILLWAY_CHECK(shops.insert(shop.id.value).second, "two shops have one number");
    SPILLWAY_CHECK(!shop.name.empty(), "a shop has no name");
  }
  std::set<std::uint16_t> relays;
  std::set<CardCompany> companies;
  for (const RelaySettings& relay : configuration.relays) {
    SPILLWAY_CHECK(relays.insert(relay.id.value).second, "two relay centres have one number");
    for (const CardCompany company : relay.companies)
      SPILLWAY_CHECK(companies.insert(company).second, "a company has two relay centres");
    check_relay(relay);
  }
  SPILLWAY_CHECK(!relays.empty(), "there is no relay centre");
  SPILLWAY_CHECK(configuration.admission.waiting_orders_max > 0, "no order may wait");
}

}  // namespace
}  // namespace spillway::actors

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace spillway::actors;
  constexpr std::size_t input_max = 8'192;
  if (size > input_max) return 0;
  const std::string_view text = spillway::fuzz::text_of(data, size);
  // A path in the text would be read: /dev/zero has no end.
  if (text.find("password_file") != text.npos || text.find("templates") != text.npos) return 0;
  const auto first = parse_configuration(text, name);
  if (first) {
    check_taken(*first);
  } else {
    check_refusal(first.error().message);
  }
  const auto second = parse_configuration(text, name);
  SPILLWAY_CHECK(first.has_value() == second.has_value(), "a text is read in two ways");
  SPILLWAY_CHECK(first || first.error().message == second.error().message, "refused in two ways");
  return 0;
}
