#include "actors/pace_desk.hpp"

#include <algorithm>
#include <array>

#include "actors/audit_note.hpp"
#include "actors/log.hpp"
#include "actors/pacing_settings.hpp"
#include "actors/relay_json.hpp"
#include "net/list_query.hpp"
#include "net/pace_request.hpp"
#include "storage/pace_rows.hpp"

namespace spillway::actors {

using storage::RegistryTable;

namespace {

std::vector<net::FieldError> field_errors(const std::vector<PacingProblem>& problems) {
  static constexpr std::array<const char*, pacing_fields> pointers = {
      "/kind", "/rate", "/amount", "/age", "/from", "/to", "/zone"};
  std::vector<net::FieldError> errors;
  for (const PacingProblem& problem : problems)
    errors.push_back({pointers.at(static_cast<std::size_t>(problem.field)), problem.sentence});
  return errors;
}

}  // namespace

auto PaceDesk::make_behavior() -> behavior_type {
  return {
      [this](HandleControl& message) { ask(message); },
      [this](const Registered& message) { registered(message); },
  };
}

void PaceDesk::ask(HandleControl& message) {
  net::ControlRequest& request = message.request;
  if (request.route == net::ControlRouteId::relays)
    return answer(net::document(request.ticket,
                                {.json = relays_json(services_.configuration, services_.metrics,
                                                     services_.paces, services_.now())}));
  const RelaySettings* relay = find(request.names.front());
  if (relay == nullptr) return refuse(request, 404, "There is no such relay centre.");
  if (under_way_.size() >= limits::control_requests_waiting_max)
    return answer({request.ticket, net::answers::Full{}});
  if (request.method == net::HttpMethod::put) return set(request, *relay);
  begin({relay, std::nullopt, std::move(request)},
        {RegistryTable::paces, storage::pace_row_key(relay->id), std::nullopt});
}

// By its name, or by its number where no name is like that.
const RelaySettings* PaceDesk::find(const std::string& name) const {
  const auto& relays = services_.configuration.relays;
  const auto decoded = net::percent_decoded(name);
  const auto named = [&](const RelaySettings& relay) {
    return relay.name == name || (decoded && relay.name == *decoded);
  };
  auto found = std::ranges::find_if(relays, named);
  if (found == relays.end())
    found = std::ranges::find_if(
        relays, [&](const RelaySettings& relay) { return std::to_string(relay.id.value) == name; });
  return found == relays.end() ? nullptr : &*found;
}

void PaceDesk::set(net::ControlRequest& request, const RelaySettings& relay) {
  auto pacing = pacing_from(dynamic_cast<const net::PaceRequest&>(*request.content).pacing,
                            PacingKind::paced);
  if (!pacing)
    return refuse(request, 422, "The pace has fields that are wrong.",
                  field_errors(pacing.error()));
  if (!services_.registry.has_room()) return answer({request.ticket, net::answers::Full{}});
  const Timestamp now = services_.now();
  storage::RegistryChange row{RegistryTable::paces, storage::pace_row_key(relay.id),
                              storage::encode_pace({relay.id, text_of(*pacing), now})};
  begin({&relay, PaceBook::SetPace{std::move(*pacing), now}, std::move(request)}, std::move(row));
}

void PaceDesk::begin(Change change, storage::RegistryChange row) {
  RegisterChanges changes{this, 0, {}};
  changes.changes.push_back(std::move(row));
  changes.changes.push_back(
      storage::audit_change(audit_note(change.request, 200, {}, services_.now())));
  under_way_.push_back(std::move(change));
  send(peers_.registrar, std::move(changes));
}

void PaceDesk::registered(const Registered& message) {
  for (std::size_t i = 0; i < message.tokens.size(); ++i) {
    SPILLWAY_CHECK(!under_way_.empty(), "a pace became durable that nobody set");
    apply(under_way_.front());
    under_way_.pop_front();
  }
}

void PaceDesk::apply(Change& change) {
  const RelaySettings& relay = *change.relay;
  if (change.pace)
    services_.paces.set(relay.id, std::move(*change.pace));
  else
    services_.paces.take_back(relay.id);
  const Pacing& pacing = services_.paces.in_force(relay.id);
  const RelayPeers& peers = peers_.relays.at(relay.id);
  // The line first: a pace that falls holds for what already has its permit.
  if (peers.lender) {
    send(peers.lender, ChangePacing{pacing});
  } else {
    send(peers.line, ChangePacing{pacing});
    send(peers.limiter, ChangePacing{pacing});
  }
  send(peers.queue, ChangePacing{pacing});
  log(LogLevel::info, "pace_changed",
      {{"relay", relay.name},
       {"pace", describe(text_of(pacing))},
       {"from", change.pace ? "operator" : "configuration"},
       {"key", change.request.key_id}});
  answer(net::document(change.request.ticket,
                       {.json = relay_json(relay, services_.metrics.relay(relay.id),
                                           services_.paces, services_.now())}));
}

void PaceDesk::answer(net::ApiAnswer answer) {
  std::vector<net::ApiAnswer> answers;
  answers.push_back(std::move(answer));
  services_.api.answer(std::move(answers));
}

void PaceDesk::refuse(const net::ControlRequest& request, int status, std::string detail,
                      std::vector<net::FieldError> errors) {
  answer(net::refused(request.ticket, {.refusal = {status, std::move(detail), std::move(errors)}}));
}

}  // namespace spillway::actors
