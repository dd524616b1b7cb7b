// Card details as 16 bytes, in the clear: what stands under a card's seals.
//
//   digits  10 bytes: two a byte, padded with F
//   expiry   2 bytes: YY, MM the same way
//   zeros    4 bytes
#pragma once

#include <optional>

#include "engine/card/card.hpp"
#include "storage/base/secret_key.hpp"

namespace spillway::storage {

using PackedCard = WipedBytes<16>;

PackedCard pack(const CardDetails& card);
std::optional<CardDetails> unpack(const PackedCard& packed);  // nothing for other bytes

}  // namespace spillway::storage
