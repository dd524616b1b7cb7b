// Shops and their keys, as operators make and change them while the system runs.
//
// Does: decide, have the registrar make it durable, publish it to the HTTP loops, and answer when
// every loop goes by it, so that a revoked key is refused from the answer on. One change after the
// other: what is asked meanwhile waits. Shops of the configuration are shown and refused a change.
// Must not: keep a key; only its hash is kept, and the key is told once.
#pragma once

#include <deque>
#include <functional>
#include <optional>

#include "actors/accounts/shop_book.hpp"
#include "actors/base/actor_base.hpp"
#include "actors/messages/interfaces.hpp"
#include "net/api/common/order_backend.hpp"
#include "storage/registry/registry.hpp"

namespace spillway::actors {

struct ShopDeskServices {
  ShopBook& shops;
  const storage::Registry& registry;
  net::ApiAnswers& api;
  RegistrarActor registrar;
  // Gives the loops new shops; `taken` is called once, from any thread, when all go by them.
  std::function<void(std::shared_ptr<const net::ShopDirectory>, std::function<void()> taken)>
      publish;
  std::function<Timestamp()> now;
};

class ShopDesk : public Actor<ShopDeskActor> {
 public:
  ShopDesk(caf::actor_config& config, ShopDeskServices services)
      : Actor(config), services_(std::move(services)) {}

  behavior_type make_behavior() override;

 private:
  // A change on its way: durable, then published, then answered.
  struct Change {
    std::vector<storage::RegistryChange> rows;
    std::function<void(ShopBook&)> apply;
    net::ApiAnswer answer;
    std::string made{};    // what it was given a name
    std::string values{};  // what changed, for the audit log
  };

  void ask(HandleControl& message);
  void go_on();
  // Nothing: answered already.
  std::optional<Change> decide(const net::ControlRequest& request);
  std::optional<Change> decide_shop(const net::ControlRequest& request, const Shop& shop);
  std::optional<Change> create(const net::ControlRequest& request);
  std::optional<Change> change(const net::ControlRequest& request, Shop shop);
  std::optional<Change> close(const net::ControlRequest& request, Shop shop);
  std::optional<Change> add_key(const net::ControlRequest& request, const Shop& shop);
  std::optional<Change> revoke_key(const net::ControlRequest& request, const Shop& shop);
  void registered();
  void taken(const ShopsTaken& message);

  void answer(net::ApiAnswer answer);
  std::nullopt_t show(const net::ControlRequest& request, int status, std::string json);
  std::nullopt_t refuse(const net::ControlRequest& request, int status, std::string detail,
                        std::string name = {}, std::string title = {});

  const ShopDeskServices services_;
  std::deque<net::ControlRequest> waiting_;
  std::optional<Change> under_way_;
  std::uint64_t publication_ = 0;
};

}  // namespace spillway::actors
