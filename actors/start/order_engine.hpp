// The actors of a first system, put together: the list of who there is and the order in which they
// come up. It knows nothing of sockets, files or threads beyond what Services hands it, so that the
// simulation runs the very same composition on a deterministic scheduler.
#pragma once

#include <future>
#include <memory>
#include <vector>

#include <caf/actor_system.hpp>

#include "actors/relay/line_ears.hpp"
#include "actors/services/services.hpp"
#include "storage/views/recovery.hpp"

namespace spillway::actors {

// Whether the actors that wait for the disk get threads of their own. The simulation has one thread
// for all.
enum class Threading { own_threads, one_thread };

class OrderEngine {
 public:
  // Fills `peers` in, which like everything in `services` outlives the actors. Starts with what
  // recovery found: orders that waited wait again, and what was sent and not answered is in doubt.
  // `recovered` names configured relay centres only (UnservedOrders::sort_out).
  OrderEngine(caf::actor_system& system, const Services& services, Peers& peers,
              storage::Recovered recovered, Threading threading);

  // The actors must have ended: call `stop`, and wait for the actor system to see them gone.
  ~OrderEngine();

  OrderEngine(const OrderEngine&) = delete;
  OrderEngine& operator=(const OrderEngine&) = delete;

  // From here on nothing new is sent to the relay centres. One future a relay centre, and one for
  // all nodes, ready once nothing that was sent waits for its answer any more.
  std::vector<std::future<void>> hold();

  // Ready once all that the shards were told so far is durable.
  std::future<void> finish_writing();

  // Stops the wires and tells the actors to end.
  void stop();

 private:
  class MailEars;
  class FeedEars;
  class WebhookEars;

  void spawn(caf::actor_system& system, const storage::Recovered& recovered, Threading threading);
  void resume(storage::Recovered& recovered);
  void listen();

  Services services_;
  Peers& peers_;
  std::vector<RelaySettings> relays_;  // of the configuration, with the pacing that holds at first
  std::vector<std::unique_ptr<LineEars>> line_ears_;
  std::unique_ptr<MailEars> mail_ears_;
  std::unique_ptr<FeedEars> feed_ears_;
  std::unique_ptr<WebhookEars> webhook_ears_;
};

}  // namespace spillway::actors
