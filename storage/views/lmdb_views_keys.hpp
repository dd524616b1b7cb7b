// Keys and small values of the views' tables.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/ids.hpp"
#include "engine/order/order.hpp"
#include "storage/base/bytes.hpp"

namespace spillway::storage {

constexpr std::uint32_t views_form = 5;
constexpr std::string_view views_state_key = "state";

// In this machine's own byte order: views do not travel, they are rebuilt.
struct StoredViewsState {
  std::uint64_t form = views_form;
  std::uint64_t transaction = 0;
  std::uint64_t position = 0;
  std::uint64_t fingerprint = 0;
  std::uint64_t first_needed = 0;
  std::int64_t latest_received_us = 0;
  std::uint64_t last_mark = 0;
  std::uint64_t last_order = 0;
  std::uint64_t checksum = 0;

  std::string_view checked() const {
    return {reinterpret_cast<const char*>(this), sizeof *this - sizeof checksum};
  }
};
static_assert(sizeof(StoredViewsState) == 72, "no padding, whose bytes would be checked");

struct StoredMark {
  std::uint64_t order = 0;
  std::int64_t latest_before_us = 0;
  std::uint64_t checksum = 0;

  std::string_view checked() const {
    return {reinterpret_cast<const char*>(this), sizeof *this - sizeof checksum};
  }
};
static_assert(sizeof(StoredMark) == 24, "no padding, whose bytes would be checked");

struct StoredShopEvent {
  std::uint64_t order = 0;
  std::int64_t at_us = 0;
  std::uint16_t version = 0;
  std::uint8_t status = 0;
  std::uint8_t answer = 0;
  std::uint8_t approval_code_size = 0;
  char approval_code[6]{};
  char unused[5]{};
  std::uint64_t checksum = 0;

  std::string_view checked() const {
    return {reinterpret_cast<const char*>(this), sizeof *this - sizeof checksum};
  }
};
static_assert(sizeof(StoredShopEvent) == 40, "no padding, whose bytes would be checked");

// LMDB's keys have 511 bytes at most; a shop's reference is shorter by its limit.
constexpr std::size_t reference_in_key_max = 480;

inline std::string shop_prefix(ShopId shop) {
  std::string key(4, '\0');
  put_big_endian(key.data(), shop.value);
  return key;
}

inline std::string reference_prefix(ShopId shop, std::string_view reference) {
  return shop_prefix(shop).append(reference.substr(0, reference_in_key_max));
}

inline std::string with_number(std::string prefix, OrderNumber number) {
  char bytes[8];
  put_big_endian(bytes, number.value);
  return prefix.append(bytes, sizeof bytes);
}

inline std::string event_key(ShopId shop, RecordNumber record) {
  return with_number(shop_prefix(shop), OrderNumber{record.value});
}

inline OrderNumber number_at_end(std::string_view key) {
  return {get_big_endian<std::uint64_t>(key.data() + key.size() - 8)};
}

inline std::string status_byte(Status status) {
  return {static_cast<char>(status)};
}

}  // namespace spillway::storage
