// From the HTTP loops to the actors. What a loop has accepted goes over in handfuls, so that the
// stages overlap instead of working in lockstep (handing over every 8 requests instead of every
// loop turn raised a prototype from 55,000 to 73,000 orders/s at 256 connections).
//
// On a loop's thread: the record is encoded, the card sealed and the idempotency key hashed here,
// where the request still is, so that nothing of it travels in the clear and the one thread that
// writes the journal has the least to do.
#pragma once

#include <functional>
#include <vector>

#include "actors/configuration/configuration.hpp"
#include "actors/messages/interfaces.hpp"
#include "actors/services/services.hpp"
#include "engine/card/card.hpp"
#include "net/api/common/order_backend.hpp"
#include "storage/keys/keyring.hpp"

namespace spillway::actors {

class OrderGateway : public net::OrderBackend {
 public:
  OrderGateway(const Configuration& configuration, const CardSeal& seal,
               const storage::IdempotencyHash& idempotency, std::function<Timestamp()> now,
               const Peers& peers, std::size_t loops, Metrics& metrics);

  void accept(const net::OrderRequest& request, net::Ticket ticket) override;
  bool turn_away() override;
  void count_no_place() override;
  void refuse_unless_repeated(const net::OrderRequest& request, net::Refusal refusal,
                              net::Ticket ticket) override;
  void flush(std::uint32_t loop) override;
  void inquire(ShopId shop, OrderNumber order, net::Ticket ticket) override;
  void cancel(ShopId shop, OrderNumber order, net::Ticket ticket) override;
  void approve(ShopId shop, OrderNumber order, bool approved, const ApprovalCode& approval_code,
               net::Ticket ticket) override;
  void list(ShopId shop, net::OrderFilter filter, net::Ticket ticket) override;
  void search(net::OrderSearch search, net::Ticket ticket) override;
  void tell(OrderNumber order, net::Ticket ticket) override;

 private:
  // Of the key as it was sent, which is the other where it came in quotes.
  IdempotencyMark mark_as_sent(const net::OrderRequest& request) const;
  // What the order is to be told of its outcome; nothing when nothing can be said.
  std::optional<std::chrono::milliseconds> expected_within(CardCompany company,
                                                           Timestamp now) const;

  // Each touched by its loop only, and on a cache line of its own.
  struct alignas(64) Handful {
    std::vector<IncomingOrder> orders;
  };

  const CardSeal& seal_;
  const storage::IdempotencyHash& idempotency_;
  std::function<Timestamp()> now_;
  const Peers& peers_;
  Metrics& metrics_;
  const std::int64_t waiting_max_;
  std::array<RelayId, 8> relay_by_company_{};                // by CardCompany
  std::array<const RelayOutlook*, 8> outlook_by_company_{};  // the same
  std::vector<Handful> handfuls_;                            // by loop
};

}  // namespace spillway::actors
