#include "actors/start/own_systems.hpp"

#include <algorithm>

#include "storage/registry/shop_rows.hpp"

namespace spillway::actors {

namespace {

constexpr std::string_view systems_counter = "systems";  // a bit for each number

template <class Visit>
void each_system(const OrderState& order, Visit visit) {
  const auto of = [&](const Reference& reference) {
    if (const auto parts = parse_reference(reference)) visit(SystemId{parts->system});
  };
  of(order.attempt_reference);
  for (const SentAttempt& past : order.past_attempts) of(past.reference);
}

template <class Visit>
void each_open(const storage::Recovered& recovered, Visit visit) {
  for (const OrderState& order : recovered.outstanding) visit(order);
  for (const OrderState& order : recovered.in_doubt) visit(order);
}

}  // namespace

SystemIds own_systems(storage::Registry& registry, const storage::Recovered& recovered,
                      SystemId own) {
  const auto row = registry.read(storage::RegistryTable::counters, systems_counter);
  const SystemIds counted(row ? storage::decode_counter(*row).value_or(0) : 0);
  SystemIds all = counted;
  all.add(own);
  each_open(recovered, [&](const OrderState& order) {
    each_system(order, [&](SystemId system) { all.add(system); });
  });
  if (all != counted) {
    const storage::RegistryChange change{storage::RegistryTable::counters,
                                         std::string(systems_counter),
                                         storage::encode_counter(all.bits())};
    registry.commit({&change, 1});
  }
  return all;
}

std::size_t orders_of_other_systems(const storage::Recovered& recovered, SystemId own) {
  std::size_t count = 0;
  each_open(recovered, [&](const OrderState& order) {
    bool other = false;
    each_system(order, [&](SystemId system) { other = other || system != own; });
    if (other) ++count;
  });
  return count;
}

}  // namespace spillway::actors
