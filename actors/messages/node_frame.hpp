// The one thing that crosses between a first system and a node, in CAF's terms; what is in it says
// actors/cluster/node_protocol.hpp. Bytes of our own: packed once a batch, and CAF's serialisation
// stays out of everything else.
#pragma once

#include <cstdint>
#include <string>

namespace spillway::actors {

struct NodeFrame {
  std::uint16_t version = 0;
  std::uint64_t epoch = 0;     // of the link, given by the first system; 0 before it is joined
  std::uint64_t sequence = 0;  // from 1, of this direction of the link
  std::string bytes;
};

// What CAF writes and reads of it.
template <class Inspector>
typename Inspector::result_type inspect(Inspector& inspector, NodeFrame& frame) {
  return inspector(frame.version, frame.epoch, frame.sequence, frame.bytes);
}

}  // namespace spillway::actors
