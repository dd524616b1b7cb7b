// Sends shops their events by webhook, each endpoint in its own time, and lets shops set them up.
//
// Does: read each endpoint's next events from the views, sign and hand them to the wire, try again
// what failed (engine/telling/webhook_queue), write down what a restart has to know. Must not: let
// one endpoint hold up another, or let a place pass an event that is neither delivered nor written
// down.
//
// An endpoint's place and its failed deliveries go to the registry in one transaction, a client's
// changes in their order; so after a crash an event is delivered once more rather than not at all,
// under the same id.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "actors/base/actor_base.hpp"
#include "actors/base/log_budget.hpp"
#include "actors/base/trouble_log.hpp"
#include "actors/services/services.hpp"
#include "engine/telling/webhook.hpp"
#include "engine/telling/webhook_queue.hpp"

namespace spillway::actors {

class WebhookDesk : public Actor<WebhookDeskActor> {
 public:
  WebhookDesk(caf::actor_config& config, const Services& services, const Peers& peers);

  behavior_type make_behavior() override;

 private:
  struct Endpoint {
    Webhook webhook;
    WebhookQueue queue;
    RecordNumber written_place;
    std::uint64_t entered = 0;  // of the queue, as the metrics have it
    TroubleLog log{};
  };
  using Endpoints = std::map<std::string, Endpoint, std::less<>>;
  struct Flight {
    std::string webhook;
    RecordNumber record;
  };
  // An answer that waits for what it tells to be durable.
  struct Answer {
    std::uint64_t token = 0;
    net::ApiAnswer answer;
  };

  // webhook_desk.cpp: delivering
  void restore();
  void restore_deliveries(const std::string& id, WebhookQueue& queue);
  void fill();
  bool serve(const std::string& id, Endpoint& endpoint, Timestamp now);
  void read_on(Endpoint& endpoint);
  bool deliver(const std::string& id, Endpoint& endpoint, RecordNumber record, Timestamp now);
  void returned(const WebhookReturned& message);
  void write_delivery(const std::string& id, RecordNumber record, const RetriedDelivery& delivery);
  void erase(storage::RegistryTable table, std::string key);
  void write_places();
  void flush();
  void registered(const Registered& message);
  void tick();
  void tick_at(Timestamp at, Timestamp now);
  void show(Timestamp now);

  // webhook_desk_trouble.cpp: telling operators
  void tell_trouble(const std::string& id, Endpoint& endpoint);
  void tell_given_up(const std::string& id, const Endpoint& endpoint,
                     const RetriedDelivery& delivery);
  void tell_gone(const std::string& id, const Endpoint& endpoint) const;

  // webhook_desk_control.cpp: what shops ask
  void ask(const net::ControlRequest& request);
  void create(const net::ControlRequest& request);
  void remove(const net::ControlRequest& request, Endpoints::iterator found);
  void renew_secret(const net::ControlRequest& request, Endpoint& endpoint);
  void list(const net::ControlRequest& request);

  // webhook_desk_operators.cpp
  void list_all(const net::ControlRequest& request);
  // When the oldest event that is neither delivered nor given up happened.
  std::optional<Timestamp> oldest_of(const Endpoint& endpoint) const;

  void list_deliveries(const net::ControlRequest& request, const Endpoint& endpoint);
  void redeliver(const net::ControlRequest& request, Endpoint& endpoint);
  Endpoints::iterator find(const net::ControlRequest& request);
  // Of what was asked to be done: a repeat of the request gets it again.
  void answer_made(net::ApiAnswer answer);
  void answer_when_durable(net::ApiAnswer answer);
  void refuse(const net::ControlRequest& request, int status, std::string detail,
              std::vector<net::FieldError> errors = {});

  const Services& services_;
  const Peers& peers_;
  Endpoints endpoints_;
  std::string served_last_;  // the endpoint after which the next round begins
  std::map<std::uint64_t, Flight> in_flight_;
  std::uint64_t next_id_ = 1;
  std::vector<storage::RegistryChange> changes_;
  std::uint64_t next_token_ = 1;
  std::uint64_t durable_ = 0;  // the last token that was acknowledged
  std::deque<Answer> answers_;
  std::optional<MonotonicTime> tick_at_;
  std::uint64_t entered_ = 0;
  std::uint64_t left_ = 0;
  LogBudget failing_;
  LogBudget given_up_;
};

}  // namespace spillway::actors
