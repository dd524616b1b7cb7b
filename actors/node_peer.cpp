#include "actors/node_peer.hpp"

namespace spillway::actors {

std::optional<node::Message> NodePeer::hear(const NodeFrame& frame, std::uint64_t epoch,
                                            std::string& why) {
  if (frame.version != node::protocol_version) {
    why = "speaks version " + std::to_string(frame.version) + " of the node protocol, not " +
          std::to_string(node::protocol_version);
    return std::nullopt;
  }
  if (frame.epoch != epoch) {
    why = "spoke under another epoch";
    return std::nullopt;
  }
  if (frame.sequence != ++heard_) {
    why = "frames were lost on the way";
    return std::nullopt;
  }
  auto message = node::decode(frame.bytes);
  if (!message) why = "sent something unreadable";
  return message;
}

}  // namespace spillway::actors
