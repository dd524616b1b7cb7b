// A set of first systems' numbers (0 to 31).
#pragma once

#include <bitset>

#include "engine/base/ids.hpp"

namespace spillway {

class SystemIds {
 public:
  SystemIds() = default;
  explicit SystemIds(std::uint64_t bits) : bits_(bits) {}

  void add(SystemId system) {
    if (system.value < size) bits_.set(system.value);
  }
  bool contains(SystemId system) const { return system.value < size && bits_.test(system.value); }
  std::uint64_t bits() const { return bits_.to_ullong(); }

  friend bool operator==(const SystemIds&, const SystemIds&) = default;

 private:
  static constexpr std::size_t size = 32;
  std::bitset<size> bits_;
};

}  // namespace spillway
