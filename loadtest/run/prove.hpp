// `spillway-load prove`: a scenario made for a number of orders. A first system with two relay
// centres and two nodes goes through a flash sale beyond what its own lines bear, while all of them
// are killed, frozen and cut off; shops ask again with the same key until they are answered, as
// shops should. In the end every order must be in its place, and every shop and buyer told.
#pragma once

#include <cstdint>
#include <string>

namespace spillway::loadtest {

struct ProveOptions {
  std::uint64_t orders = 1'000'000;
  double rate = 5'000;  // on average
  std::uint64_t seed = 1;
};

// The scenario's TOML.
std::string prove_scenario(const ProveOptions& options);

}  // namespace spillway::loadtest
