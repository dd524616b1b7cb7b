// The body of an `orders removed` record: which records of which orders have left the journal, told
// by differences, a byte or three each, since such records stay for ever.
#pragma once

#include <cstddef>
#include <string>

#include "engine/order/events.hpp"
#include "storage/base/message_pack.hpp"

namespace spillway::storage {

constexpr std::size_t removal_elements = 3;  // version, hash over the lines, orders

std::string encode_removal(const OrdersRemoved& fact);

// What follows the version. Fails unless the numbers rise.
void read_removal(PackReader& in, OrdersRemoved& fact);

}  // namespace spillway::storage
