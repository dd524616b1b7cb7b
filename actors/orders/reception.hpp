// Between HTTP and the journal: what is let in, and what is answered when.
//
// Does: refuse at once what there is no room for; find repeated idempotency keys; pass the rest to
// the journal writer; when it is durable, answer 202 and let the order wait for authorization.
// Must not: read anything on the way of a new order, or answer before the commit.
#pragma once

#include <deque>

#include "actors/base/actor_base.hpp"
#include "actors/services/services.hpp"
#include "engine/order/fair_share.hpp"
#include "engine/order/idempotency.hpp"
#include "engine/order/limits.hpp"
#include "storage/views/recovery.hpp"

namespace spillway::actors {

class Reception : public Actor<ReceptionActor> {
 public:
  Reception(caf::actor_config& config, const Services& services, Peers& peers,
            const std::vector<storage::KnownKey>& known_keys);

  behavior_type make_behavior() override;

 private:
  // What is remembered of an order until its commit.
  struct Pending {
    net::Ticket ticket;
    IdempotencyMark idempotency;
    RelayId relay;
    ShopId shop;
    Money amount;
    Timestamp received_at;
    bool receipt = false;
    ShopGate* place = nullptr;
    OrderTiming timing;
    Issuer issuer;
  };
  struct PendingBatch {
    std::uint64_t token = 0;
    std::vector<Pending> orders;
  };

  void receive(ReceiveOrders& message);
  void refuse(const RefuseUnlessRepeated& message);
  void appended(const Appended& message);
  void let_wait(const PendingBatch& batch, RecordNumber first, Timestamp now);
  // Civil time as it goes on from the start, whatever becomes of the civil clock: one that is set a
  // day on must not end the lives of all keys.
  Timestamp key_time() const;

  std::optional<Refusal> refusal(ShopId shop) const;
  void count_shares(const PendingBatch& entered);
  // True when the order is new and its key, if any, is reserved; otherwise it has been answered.
  bool is_new(const IncomingOrder& order, std::vector<net::ApiAnswer>& answers);
  // Answers a request (IncomingOrder or RefuseUnlessRepeated) whose key was seen before; false: the
  // key is fresh, and reserved now.
  template <class Request>
  bool answer_repeat(const Request& request, Timestamp at, std::vector<net::ApiAnswer>& answers);
  net::answers::Accepted replay(OrderNumber order) const;
  void send_receipts();

  const Services& services_;
  Peers& peers_;
  const Timestamp started_at_;
  const MonotonicTime started_;
  IdempotencyTable idempotency_;
  std::deque<PendingBatch> pending_;  // in the order they were sent to the writer
  std::uint64_t next_token_ = 1;
  std::size_t in_acceptance_ = 0;
  FairShare share_{limits::orders_in_acceptance_max};
  std::map<RelayId, std::vector<WaitingOrder>> to_queue_;
  std::vector<ReceiptWanted> receipts_;  // of this turn
};

}  // namespace spillway::actors
