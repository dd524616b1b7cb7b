// Orders that cannot go on. Most of them name a relay centre or a shop that the system does not
// have: the configuration that it was started with no longer names it. They stay in the journal as
// they are, and go on with the first start that has it again. Others were set aside, since their
// data let nobody decide about them. Everybody else is served meanwhile.
//
// Threads: any.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "actors/configuration/configuration.hpp"
#include "storage/views/recovery.hpp"
#include "storage/views/views.hpp"

namespace spillway::actors {

enum class WhyUnserved : std::uint8_t { relay_unknown = 1, shop_unknown = 2, set_aside = 3 };
std::string_view to_text(WhyUnserved why);  // "relay_unknown"

struct UnservedOrder {
  OrderNumber order;
  WhyUnserved why{};
  friend auto operator<=>(const UnservedOrder&, const UnservedOrder&) = default;
};

class UnservedOrders {
 public:
  // What one relay centre or shop that is not there is missed for.
  struct Missed {
    std::size_t waiting = 0;   // orders that want an attempt
    std::size_t in_doubt = 0;  // orders that may stand at an issuer
    std::size_t mails = 0;     // that are due
  };

  // Once, before the actors begin: takes out of `recovered` what nobody is there for. `knows_shop`:
  // as Services::knows_shop.
  void sort_out(storage::Recovered& recovered, const Configuration& configuration,
                const std::function<bool(ShopId)>& knows_shop);

  // Its data let nobody decide about it.
  void set_aside(OrderNumber order);
  std::size_t set_aside() const;  // how many there are since the start

  // By the number of what is missing.
  const std::map<RelayId, Missed>& relays() const { return relays_; }
  const std::map<ShopId, Missed>& shops() const { return shops_; }

  // For people, a line for each of them: what waits for it, and what to do.
  std::vector<std::string> sentences() const;

  // Those after `after` that still want what is not there, by their numbers, at most `count`.
  std::vector<UnservedOrder> list(const storage::Views& views, OrderNumber after,
                                  std::size_t count) const;

 private:
  std::map<RelayId, Missed> relays_;
  std::map<ShopId, Missed> shops_;
  std::map<OrderNumber, WhyUnserved> orders_;
  std::size_t set_aside_ = 0;  // of them
  mutable std::mutex mutex_;   // of both, after the start
};

}  // namespace spillway::actors
