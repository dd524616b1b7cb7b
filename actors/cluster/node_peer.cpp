#include "actors/cluster/node_peer.hpp"

namespace spillway::actors {

std::optional<node::Message> NodePeer::hear(const NodeFrame& frame, std::uint64_t epoch,
                                            std::string& why) {
  const bool understood =
      frame.version >= node::oldest_protocol_version && frame.version <= node::protocol_version;
  if (!understood || (heard_ > 0 && frame.version != version_)) {
    why = "speaks version " + std::to_string(frame.version) + " of the node protocol, not " +
          std::to_string(version_);
    return std::nullopt;
  }
  version_ = frame.version;
  if (frame.epoch != epoch) {
    why = "spoke under another epoch";
    return std::nullopt;
  }
  if (frame.sequence != ++heard_) {
    why = "frames were lost on the way";
    return std::nullopt;
  }
  auto message = node::decode(frame.bytes, version_);
  if (!message) why = "sent something unreadable";
  return message;
}

}  // namespace spillway::actors
