// What a receipt says of an order in the journal.
#pragma once

#include <string>

#include "engine/order/events.hpp"
#include "net/api/orders/receipt.hpp"
#include "storage/journal/record_chain.hpp"

namespace spillway::actors {

// `event` is the order's `received`, in the commit of `link`.
net::Receipt receipt_of(const Event& event, const storage::ChainLink& link,
                        const std::string& order_code);

std::string to_hex(const storage::ChainHash& hash);

}  // namespace spillway::actors
