#include "actors/services/unserved.hpp"

#include <fmt/format.h>

#include "engine/order/order.hpp"

namespace spillway::actors {

namespace {

// "3 orders wait", "1 mail is due".
void append_count(std::string& text, std::size_t count, std::string_view one,
                  std::string_view many) {
  if (count == 0) return;
  if (!text.empty()) text += ", ";
  text += fmt::format("{} {}", count, count == 1 ? one : many);
}

std::string missed_text(const UnservedOrders::Missed& missed) {
  std::string text;
  append_count(text, missed.waiting, "order waits", "orders wait");
  append_count(text, missed.in_doubt, "order is in doubt", "orders are in doubt");
  append_count(text, missed.mails, "mail is due", "mails are due");
  return text;
}

// A mail needs the shop, and no relay centre.
bool wants_something(const OrderState& state, WhyUnserved why) {
  const bool mail = state.notice_due != Notice::none && why != WhyUnserved::relay_unknown;
  return wants_attempt(state) || !at_rest(state) || mail;
}

// Asks what is missing for an order and keeps the account of it.
class Sorting {
 public:
  Sorting(const Configuration& configuration, const std::function<bool(ShopId)>& knows_shop,
          std::map<RelayId, UnservedOrders::Missed>& relays,
          std::map<ShopId, UnservedOrders::Missed>& shops,
          std::map<OrderNumber, WhyUnserved>& orders)
      : configuration_(configuration),
        knows_shop_(knows_shop),
        relays_(relays),
        shops_(shops),
        orders_(orders) {}

  bool misses_relay(OrderNumber order, RelayId relay, std::size_t UnservedOrders::Missed::*what) {
    if (find_relay(configuration_, relay) != nullptr) return false;
    ++(relays_[relay].*what);
    orders_[order] = WhyUnserved::relay_unknown;  // which comes first where both are missing
    return true;
  }

  bool misses_shop(OrderNumber order, ShopId shop, std::size_t UnservedOrders::Missed::*what) {
    const auto [known, fresh] = known_.try_emplace(shop, true);
    if (fresh) known->second = !knows_shop_ || knows_shop_(shop);
    if (known->second) return false;
    ++(shops_[shop].*what);
    orders_.try_emplace(order, WhyUnserved::shop_unknown);
    return true;
  }

  bool misses_any(OrderNumber order, RelayId relay, ShopId shop,
                  std::size_t UnservedOrders::Missed::*what) {
    return misses_relay(order, relay, what) || misses_shop(order, shop, what);
  }

 private:
  const Configuration& configuration_;
  const std::function<bool(ShopId)>& knows_shop_;
  std::map<RelayId, UnservedOrders::Missed>& relays_;
  std::map<ShopId, UnservedOrders::Missed>& shops_;
  std::map<OrderNumber, WhyUnserved>& orders_;
  std::map<ShopId, bool> known_;
};

}  // namespace

std::string_view to_text(WhyUnserved why) {
  switch (why) {
    case WhyUnserved::relay_unknown:
      return "relay_unknown";
    case WhyUnserved::shop_unknown:
      return "shop_unknown";
    case WhyUnserved::set_aside:
      return "set_aside";
  }
  return "unknown";
}

void UnservedOrders::sort_out(storage::Recovered& recovered, const Configuration& configuration,
                              const std::function<bool(ShopId)>& knows_shop) {
  Sorting sorting(configuration, knows_shop, relays_, shops_, orders_);
  for (auto& [relay, orders] : recovered.waiting)
    std::erase_if(orders, [&, relay = relay](const WaitingOrder& order) {
      return sorting.misses_any(order.number, relay, order.shop, &Missed::waiting);
    });
  std::erase_if(recovered.waiting, [](const auto& each) { return each.second.empty(); });
  const auto in_doubt = [&](const OrderState& order) {
    return sorting.misses_any(order.number, order.relay, order.shop, &Missed::in_doubt);
  };
  std::erase_if(recovered.outstanding, in_doubt);
  std::erase_if(recovered.in_doubt, in_doubt);
  std::erase_if(recovered.notices_due, [&](const storage::DueNotice& due) {
    return sorting.misses_shop(due.order, due.shop, &Missed::mails);
  });
}

void UnservedOrders::set_aside(OrderNumber order) {
  const std::lock_guard lock(mutex_);
  WhyUnserved& why = orders_[order];
  if (why != WhyUnserved::set_aside) ++set_aside_;
  why = WhyUnserved::set_aside;
}

std::size_t UnservedOrders::set_aside() const {
  const std::lock_guard lock(mutex_);
  return set_aside_;
}

std::vector<std::string> UnservedOrders::sentences() const {
  std::vector<std::string> all;
  for (const auto& [relay, missed] : relays_)
    all.push_back(fmt::format(
        "{} for relay centre {}, which the configuration no longer names: they go on with the "
        "next start that has [[relays]] with id = {} again",
        missed_text(missed), relay.value, relay.value));
  for (const auto& [shop, missed] : shops_)
    all.push_back(
        fmt::format("{} for shop {}, which the configuration no longer names: they go on with the "
                    "next start that has [[shops]] with id = {} again",
                    missed_text(missed), shop.value, shop.value));
  return all;
}

std::vector<UnservedOrder> UnservedOrders::list(const storage::Views& views, OrderNumber after,
                                                std::size_t count) const {
  std::vector<UnservedOrder> page;
  const std::lock_guard lock(mutex_);
  for (auto at = orders_.upper_bound(after); at != orders_.end() && page.size() < count; ++at) {
    // One that was cancelled, or answered over another line, wants nothing any more.
    const auto row = views.order(at->first);
    if (row && (at->second == WhyUnserved::set_aside || wants_something(row->state, at->second)))
      page.push_back({at->first, at->second});
  }
  return page;
}

}  // namespace spillway::actors
