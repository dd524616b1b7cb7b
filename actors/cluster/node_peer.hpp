// The other end of a link between a first system and a node: frames it gets, numbered, and frames
// it sends, checked to come without a gap. What is at the other end is a CAF handle and nothing
// more, so that the simulation puts a cable of its own in between.
//
// Threads: the actor that owns it.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include <caf/actor_control_block.hpp>
#include <caf/message.hpp>
#include <caf/message_id.hpp>

#include "actors/cluster/node_protocol.hpp"
#include "actors/messages/node_frame.hpp"

namespace spillway::actors {

class NodePeer {
 public:
  NodePeer() = default;
  explicit NodePeer(caf::strong_actor_ptr handle, std::uint16_t version = node::protocol_version)
      : handle_(std::move(handle)), version_(version) {}

  const caf::strong_actor_ptr& handle() const { return handle_; }
  std::uint16_t version() const { return version_; }
  bool is(const caf::strong_actor_ptr& sender) const { return sender && handle_ == sender; }

  // Frames are counted anew.
  void moves_to(caf::strong_actor_ptr handle) { *this = NodePeer(std::move(handle)); }

  // From the actor `self`.
  template <class Self>
  void say(Self* self, std::uint64_t epoch, const node::Message& message) {
    handle_->enqueue(
        caf::strong_actor_ptr(self->ctrl()), caf::make_message_id(),
        caf::make_message(NodeFrame{version_, epoch, ++said_, node::encode(message, version_)}),
        nullptr);
  }

  // The first frame that is heard chooses the version, of those that are understood. Nothing when
  // the frame is of another version or epoch, out of its turn, or not readable; `why` then says it
  // in a sentence.
  std::optional<node::Message> hear(const NodeFrame& frame, std::uint64_t epoch, std::string& why);

 private:
  caf::strong_actor_ptr handle_;
  std::uint16_t version_ = node::protocol_version;
  std::uint64_t said_ = 0;
  std::uint64_t heard_ = 0;
};

}  // namespace spillway::actors
