// What one projection changes, gathered before it is written. Only the files lmdb_views*.cpp see
// it.
#pragma once

#include <cstring>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "storage/views/lmdb_views.hpp"
#include "storage/views/lmdb_views_keys.hpp"

namespace spillway::storage {

struct LmdbViews::Batch {
  struct Touched {
    std::optional<OrderRow> row;
    std::optional<Status> status_before;  // as it stands in by_shop; nothing for a new order
  };
  State state;
  std::unordered_map<OrderNumber, Touched> orders;
  std::vector<std::pair<OrderNumber, Touched*>> sorted;
  std::vector<std::string> references;  // keys
  std::vector<StoredMark> marks;
  std::vector<std::pair<std::string, ShopEvent>> events;  // keys, and what is told
  struct Removed {                                        // rows of an order that has left
    OrderNumber order;
    std::string listed;
    std::string referenced;
    std::vector<std::string> events;  // as many as there may be
  };
  std::vector<Removed> removed;
};

}  // namespace spillway::storage
