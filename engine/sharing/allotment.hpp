// How a node gives its permits to the first systems that it has joined: max-min fair, each what it
// wants, and where that is more than there is, all the same (Bertsekas and Gallager, "Data
// Networks", 1992, section 6.5). Settlements of all come before authorizations of any, as at a
// first system itself.
//
// Pure. A node has one for each relay centre.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "engine/base/ids.hpp"

namespace spillway {

class Allotment {
 public:
  static constexpr std::size_t uses = 2;  // settlements first

  // Replaces what the system wanted before for that use.
  void want(SystemId system, std::size_t use, std::size_t count);
  // What it wanted is forgotten.
  void leave(SystemId system);

  // All that is wanted for the use.
  std::size_t wanted(std::size_t use) const;

  struct Part {
    SystemId system;
    std::size_t count = 0;
  };
  // Splits `count` permits for that use; what nobody wants is left over. Parts are taken off what
  // is wanted.
  std::vector<Part> split(std::size_t use, std::size_t count);

 private:
  std::map<SystemId, std::array<std::size_t, uses>> wanted_;
  SystemId last_served_{};  // with a permit that could not be split evenly
};

}  // namespace spillway
