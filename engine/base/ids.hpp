// Identifiers as types that do not convert into one another.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace spillway {

template <class Tag, class Representation>
struct Id {
  Representation value{};
  friend auto operator<=>(const Id&, const Id&) = default;
};

// A record's place in the journal: from 1, without gaps. 0 stands for "none".
using RecordNumber = Id<struct RecordNumberTag, std::uint64_t>;

// An order is named by the number of its `received` record.
using OrderNumber = Id<struct OrderNumberTag, std::uint64_t>;

// The numbers that the configuration gives to shops and relay centres. They stand in records, so
// a shop or relay centre keeps its number for ever.
using ShopId = Id<struct ShopIdTag, std::uint32_t>;
using RelayId = Id<struct RelayIdTag, std::uint16_t>;

// A first system's number among those that share relay centres and nodes: 0 to 31, it stands in
// every reference (field 37).
using SystemId = Id<struct SystemIdTag, std::uint8_t>;

// Counts the members of all shops, from 1, and is never given twice. Inside only: everybody else
// sees the membership number (member_number.hpp).
using MemberId = Id<struct MemberIdTag, std::uint32_t>;

// Counts an order's authorization requests, from 1. A repeat (0101) is not a new attempt.
using Attempt = Id<struct AttemptTag, std::uint16_t>;

}  // namespace spillway

template <class Tag, class Representation>
struct std::hash<spillway::Id<Tag, Representation>> {
  std::size_t operator()(const spillway::Id<Tag, Representation>& id) const noexcept {
    // Numbers come in sequence; one multiplication spreads them over the table.
    return static_cast<std::size_t>(static_cast<std::uint64_t>(id.value) * 0x9E3779B97F4A7C15ULL);
  }
};
