#include "actors/relay/pace_desk.hpp"

#include <algorithm>
#include <array>

#include "actors/base/audit_note.hpp"
#include "actors/base/log.hpp"
#include "actors/configuration/pacing_settings.hpp"
#include "actors/configuration/sharing_settings.hpp"
#include "actors/documents/relay_json.hpp"
#include "net/api/common/limits.hpp"
#include "net/api/common/list_query.hpp"
#include "net/api/operators/pace_request.hpp"
#include "net/api/operators/pause_request.hpp"
#include "net/api/operators/sharing_request.hpp"
#include "storage/registry/pace_rows.hpp"
#include "storage/registry/pause_rows.hpp"
#include "storage/registry/sharing_rows.hpp"

namespace spillway::actors {

using storage::RegistryTable;

namespace {

constexpr std::array<const char*, pacing_fields> pace_pointers = {
    "/kind", "/rate", "/amount", "/age", "/from", "/to", "/zone"};
constexpr std::array<const char*, sharing_fields> sharing_pointers = {"/mode", "/wait", "/waiting",
                                                                      "/part"};

template <class Problem, std::size_t fields>
std::vector<net::FieldError> field_errors(const std::vector<Problem>& problems,
                                          const std::array<const char*, fields>& pointers) {
  std::vector<net::FieldError> errors;
  for (const Problem& problem : problems)
    errors.push_back({pointers.at(static_cast<std::size_t>(problem.field)), problem.sentence});
  return errors;
}

bool is_of_sharing(const net::ControlRequest& request) {
  return request.route == net::RouteId::relay_sharing;
}

bool is_of_pause(const net::ControlRequest& request) {
  return request.route == net::RouteId::relay_pause || request.route == net::RouteId::relay_resume;
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
  if (request.route == net::RouteId::relays)
    return answer(net::document(request.ticket,
                                {.json = relays_json(services_.configuration, services_.metrics,
                                                     services_.paces, services_.now())}));
  const RelaySettings* relay = find(request.names.front());
  if (relay == nullptr) return refuse(request, 404, "There is no such relay centre.");
  if (under_way_.size() >= limits::control_requests_waiting_max)
    return answer({request.ticket, net::answers::Full{}});
  if (request.route == net::RouteId::relay_pause) return set_pause(request, *relay);
  if (request.route == net::RouteId::relay_resume) return resume(request, *relay);
  if (request.method != net::HttpMethod::put) return take_back(request, *relay);
  if (is_of_sharing(request)) return set_sharing(request, *relay);
  set_pace(request, *relay);
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

void PaceDesk::take_back(net::ControlRequest& request, const RelaySettings& relay) {
  const storage::RegistryChange of_pace{RegistryTable::paces, storage::pace_row_key(relay.id),
                                        std::nullopt};
  const storage::RegistryChange of_sharing{RegistryTable::sharings,
                                           storage::sharing_row_key(relay.id), std::nullopt};
  const bool sharing = is_of_sharing(request);
  const std::string after =
      sharing ? sharing_json(text_of(relay.sharing)) : pacing_json(text_of(relay.pacing));
  begin({&relay, std::move(request)}, sharing ? of_sharing : of_pace, after);
}

// Pausing what is paused changes the reason; when it began stays.
void PaceDesk::set_pause(net::ControlRequest& request, const RelaySettings& relay) {
  if (!services_.registry.has_room()) return answer({request.ticket, net::answers::Full{}});
  const auto& given = dynamic_cast<const net::PauseRequest&>(*request.content);
  const PaceBook::Pause* const now_paused = services_.paces.pause(relay.id);
  PaceBook::Pause pause{now_paused != nullptr ? now_paused->since : services_.now(), given.reason,
                        request.key_id};
  storage::RegistryChange row{
      RegistryTable::pauses, storage::pause_row_key(relay.id),
      storage::encode_pause({relay.id, pause.since, pause.reason, pause.key_id})};
  const std::string after = pause_json(&pause);
  begin({.relay = &relay, .request = std::move(request), .pause = std::move(pause)}, std::move(row),
        after);
}

void PaceDesk::resume(net::ControlRequest& request, const RelaySettings& relay) {
  begin({&relay, std::move(request)},
        {RegistryTable::pauses, storage::pause_row_key(relay.id), std::nullopt},
        pause_json(nullptr));
}

void PaceDesk::set_sharing(net::ControlRequest& request, const RelaySettings& relay) {
  const auto sharing = sharing_from(
      dynamic_cast<const net::SharingRequest&>(*request.content).sharing, relay.sharing.mode);
  if (!sharing)
    return refuse(request, 422, "The sharing has fields that are wrong.",
                  field_errors(sharing.error(), sharing_pointers));
  if (!services_.registry.has_room()) return answer({request.ticket, net::answers::Full{}});
  const Timestamp now = services_.now();
  storage::RegistryChange row{RegistryTable::sharings, storage::sharing_row_key(relay.id),
                              storage::encode_sharing({relay.id, *sharing, now})};
  begin({.relay = &relay,
         .request = std::move(request),
         .sharing = PaceBook::SetSharing{*sharing, now}},
        std::move(row), sharing_json(text_of(*sharing)));
}

void PaceDesk::set_pace(net::ControlRequest& request, const RelaySettings& relay) {
  auto pacing = pacing_from(dynamic_cast<const net::PaceRequest&>(*request.content).pacing,
                            PacingKind::paced);
  if (!pacing)
    return refuse(request, 422, "The pace has fields that are wrong.",
                  field_errors(pacing.error(), pace_pointers));
  if (!services_.registry.has_room()) return answer({request.ticket, net::answers::Full{}});
  const Timestamp now = services_.now();
  storage::RegistryChange row{RegistryTable::paces, storage::pace_row_key(relay.id),
                              storage::encode_pace({relay.id, text_of(*pacing), now})};
  const std::string after = pacing_json(text_of(*pacing));
  begin({.relay = &relay,
         .request = std::move(request),
         .pace = PaceBook::SetPace{std::move(*pacing), now}},
        std::move(row), after);
}

std::string PaceDesk::value_before(const Change& change) const {
  const auto same = [&](const Change& each) {
    return each.relay == change.relay &&
           is_of_sharing(each.request) == is_of_sharing(change.request) &&
           is_of_pause(each.request) == is_of_pause(change.request);
  };
  const auto last = std::find_if(under_way_.rbegin(), under_way_.rend(), same);
  const Change* const coming = last == under_way_.rend() ? nullptr : &*last;
  const RelaySettings& relay = *change.relay;
  if (is_of_pause(change.request)) {
    if (coming == nullptr) return pause_json(services_.paces.pause(relay.id));
    return pause_json(coming->pause ? &*coming->pause : nullptr);
  }
  if (is_of_sharing(change.request)) {
    if (coming == nullptr) return sharing_json(text_of(services_.paces.sharing_in_force(relay)));
    return sharing_json(text_of(coming->sharing ? coming->sharing->sharing : relay.sharing));
  }
  if (coming == nullptr) return pacing_json(text_of(services_.paces.in_force(relay)));
  return pacing_json(text_of(coming->pace ? coming->pace->pacing : relay.pacing));
}

void PaceDesk::begin(Change change, storage::RegistryChange row, const std::string& after) {
  RegisterChanges changes{this, 0, {}};
  changes.changes.push_back(std::move(row));
  changes.changes.push_back(storage::audit_change(audit_note(
      change.request, 200, {}, services_.now(), changed_values(value_before(change), after))));
  under_way_.push_back(std::move(change));
  send(peers_.registrar, std::move(changes));
}

void PaceDesk::registered(const Registered& message) {
  for (std::size_t i = 0; i < message.tokens.size(); ++i) {
    SPILLWAY_CHECK(!under_way_.empty(), "a change became durable that nobody made");
    Change& change = under_way_.front();
    if (is_of_sharing(change.request))
      apply_sharing(change);
    else if (is_of_pause(change.request))
      apply_pause(change);
    else
      apply_pace(change);
    tell(change);
    under_way_.pop_front();
  }
}

void PaceDesk::apply_sharing(const Change& change) {
  const RelaySettings& relay = *change.relay;
  if (change.sharing)
    services_.paces.share(relay.id, *change.sharing);
  else
    services_.paces.take_sharing_back(relay.id);
  const Sharing& sharing = services_.paces.sharing_in_force(relay);
  const RelayPeers& peers = peers_.relays.configured(relay.id);
  send(peers.queue, ChangeSharing{sharing});
  if (peers.lender) send(peers.lender, ChangeSharing{sharing});
  log(LogLevel::info, "sharing_changed",
      {{"relay", relay.name},
       {"sharing", describe(text_of(sharing))},
       {"from", change.sharing ? "operator" : "configuration"},
       {"key", change.request.key_id}});
}

void PaceDesk::apply_pause(const Change& change) {
  const RelaySettings& relay = *change.relay;
  const bool paused = change.pause.has_value();
  if (paused)
    services_.paces.set_pause(relay.id, *change.pause);
  else
    services_.paces.resume(relay.id);
  services_.metrics.relay(relay.id).paused.set(paused ? 1 : 0);
  send(peers_.relays.configured(relay.id).queue, ChangePause{paused});
  log(LogLevel::info, paused ? "relay_paused" : "relay_resumed",
      {{"relay", relay.name},
       {"reason", paused ? change.pause->reason : std::string()},
       {"key", change.request.key_id}});
}

void PaceDesk::apply_pace(Change& change) {
  const RelaySettings& relay = *change.relay;
  if (change.pace)
    services_.paces.set(relay.id, std::move(*change.pace));
  else
    services_.paces.take_back(relay.id);
  const Pacing& pacing = services_.paces.in_force(relay);
  const RelayPeers& peers = peers_.relays.configured(relay.id);
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
}

void PaceDesk::tell(const Change& change) {
  const RelaySettings& relay = *change.relay;
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
