// The relay centres as operators see them, and their paces, how their work is shared with nodes and
// whether they are paused, as operators set them while the system runs.
//
// Does: have the registrar make a change durable, then tell those who go by it, then answer, so
// that what was answered holds after any restart. Changes are made in the order in which they came.
// Must not: lose what waits; queue, limiter and line each follow with what they have.
#pragma once

#include <deque>

#include "actors/base/actor_base.hpp"
#include "actors/services/services.hpp"

namespace spillway::actors {

class PaceDesk : public Actor<PaceDeskActor> {
 public:
  PaceDesk(caf::actor_config& config, const Services& services, const Peers& peers)
      : Actor(config), services_(services), peers_(peers) {}

  behavior_type make_behavior() override;

 private:
  // On its way to the registry. The request's route says of what it is; without the value it is the
  // configuration's again, or not paused any more.
  struct Change {
    const RelaySettings* relay = nullptr;
    net::ControlRequest request;
    std::optional<PaceBook::SetPace> pace{};
    std::optional<PaceBook::SetSharing> sharing{};
    std::optional<PaceBook::Pause> pause{};
  };

  void ask(HandleControl& message);
  const RelaySettings* find(const std::string& name) const;
  void set_pace(net::ControlRequest& request, const RelaySettings& relay);
  void set_sharing(net::ControlRequest& request, const RelaySettings& relay);
  void take_back(net::ControlRequest& request, const RelaySettings& relay);
  void set_pause(net::ControlRequest& request, const RelaySettings& relay);
  void resume(net::ControlRequest& request, const RelaySettings& relay);
  // `after`: what is to hold, as JSON, for the audit log.
  void begin(Change change, storage::RegistryChange row, const std::string& after);
  // The same of what holds now, or is about to.
  std::string value_before(const Change& change) const;
  void registered(const Registered& message);
  void apply_pace(Change& change);
  void apply_sharing(const Change& change);
  void apply_pause(const Change& change);
  void tell(const Change& change);

  void answer(net::ApiAnswer answer);
  void refuse(const net::ControlRequest& request, int status, std::string detail,
              std::vector<net::FieldError> errors = {});

  const Services& services_;
  const Peers& peers_;
  std::deque<Change> under_way_;
};

}  // namespace spillway::actors
