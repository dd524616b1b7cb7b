// What a first system and a node say to each other: whatever is read is written in the same way.
#include <cstdint>
#include <string_view>

#include "actors/cluster/node_protocol.hpp"
#include "engine/base/invariants.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace spillway::actors;
  const auto message = node::decode({reinterpret_cast<const char*>(bytes), size});
  if (!message) return 0;
  const auto again = node::decode(node::encode(*message));
  SPILLWAY_CHECK(again && node::encode(*again) == node::encode(*message),
                 "a message is read otherwise than it was written");
  return 0;
}
