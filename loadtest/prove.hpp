// `spillway-load prove`: a scenario made for a number of orders. A first system with two relay
// centres goes through a flash sale while it is killed and frozen and its relay centres are too;
// shops ask again with the same key until they are answered, as shops should. In the end every
// order must be in its place.
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
