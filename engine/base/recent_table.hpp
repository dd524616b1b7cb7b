// A table of bounded size that forgets what was not touched for longest.
#pragma once

#include <cstddef>
#include <functional>
#include <list>
#include <unordered_map>
#include <utility>

#include "engine/base/invariants.hpp"

namespace spillway {

template <class Key, class Value, class Hash = std::hash<Key>>
class RecentTable {
 public:
  explicit RecentTable(std::size_t size_max) : size_max_(size_max) {
    SPILLWAY_CHECK(size_max > 0, "a table has no room for anything");
  }

  std::size_t size() const { return places_.size(); }

  // The value, new when the key is not there. Holds until the next call.
  Value& touch(const Key& key) {
    if (const auto found = places_.find(key); found != places_.end()) {
      entries_.splice(entries_.begin(), entries_, found->second);
      return found->second->second;
    }
    if (places_.size() == size_max_) {
      places_.erase(entries_.back().first);
      entries_.pop_back();
    }
    entries_.emplace_front(key, Value{});
    places_.emplace(key, entries_.begin());
    return entries_.front().second;
  }

 private:
  using Entries = std::list<std::pair<Key, Value>>;  // the last touched first
  std::size_t size_max_;
  Entries entries_;
  std::unordered_map<Key, typename Entries::iterator, Hash> places_;
};

}  // namespace spillway
