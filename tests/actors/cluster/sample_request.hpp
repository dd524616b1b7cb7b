// A request for a relay line, whole.
#pragma once

#include "actors/messages/authorizing.hpp"

namespace spillway::actors {

inline LineRequest request_of(std::uint64_t number) {
  LineRequest request;
  request.message = net::RelayMessage::authorization;
  request.order = OrderNumber{number};
  request.attempt = Attempt{3};
  request.reference = make_reference(7, request.order, request.attempt);
  request.stan = make_stan(request.order, request.attempt);
  request.trace = request.stan;
  request.sent_at = Timestamp(std::chrono::seconds(1'795'000'000));
  request.amount = {3150, {392}};
  request.shop = ShopId{12};
  request.card.emplace();
  request.card->bytes.fill(std::byte{0x5A});
  return request;
}

}  // namespace spillway::actors
