// What passes over a link to a first system once it is joined: heartbeats, permits, requests, and
// what became of them.
#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "actors/base/log.hpp"
#include "actors/cluster/system_link.hpp"
#include "actors/messages/request_key.hpp"
#include "engine/sharing/limits.hpp"

namespace spillway::actors {
namespace {

std::uint64_t microseconds(MonotonicTime at) {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<Duration>(at.time_since_epoch()).count());
}

}  // namespace

void SystemLink::report() {
  node::Report report{microseconds(monotonic()), parts_.draining, {}};
  for (const NodeLine& line : parts_.lines)
    report.lines.push_back({parts_.draining ? 0 : line.per_second(),
                            static_cast<std::uint64_t>(line.metrics.outstanding.value()),
                            !parts_.draining && line.can_send(), lent_[report.lines.size()]});
  say(report);
}

void SystemLink::handle(const node::Echo& echo) {
  const MonotonicTime sent{std::chrono::microseconds(echo.time)};
  if (sent > monotonic()) return part("the system answers a heartbeat that was not sent");
  echoed_at_ = std::max(echoed_at_, sent);
  parts_.systems.extend(system_, echoed_at_ + limits::node_lease);
}

void SystemLink::handle(const node::Want& want) {
  if (want.line >= parts_.lines.size()) return part("the system wants a line that is not here");
  send(parts_.lines[want.line].allotment,
       SystemWants{system_, this, want.use, static_cast<std::size_t>(want.count)});
}

void SystemLink::offer(const OfferPermits& message) {
  const auto line = place_of(message.relay);
  SPILLWAY_CHECK(line.has_value(), "permits for a line that is not here");
  // Who was told that this node drains is offered no authorization any more.
  const bool drains = parts_.draining && message.use == PermitUse::authorization;
  if (state_ != State::joined || drains)
    return send(parts_.lines[*line].peers.limiter,
                PermitsReturned{message.relay, message.use, message.count});
  granted(*line, message.use) += message.count;
  say(node::Offer{*line, message.use, message.count});
}

void SystemLink::handle(const node::Return& back) {
  if (back.line >= parts_.lines.size() || back.count > granted(back.line, back.use))
    return part("the system gives back more than it got");
  granted(back.line, back.use) -= back.count;
  const NodeLine& line = parts_.lines[back.line];
  send(line.peers.limiter, PermitsReturned{line.settings.id, back.use, back.count});
}

void SystemLink::handle(const node::CardKeys& keys) {
  for (const node::CardKeys::Key& each : keys.keys) {
    storage::SecretKey key;
    if (!secret_.open(node::card_key_label(each.epoch), each.sealed,
                      std::as_writable_bytes(std::span(key.bytes))))
      return part("a card key was not sealed for this link");
    parts_.cards.lend(system_, each.epoch, key);
  }
}

void SystemLink::handle(const node::Merchants& merchants) {
  for (const auto& [shop, merchant] : merchants.merchants)
    parts_.cards.name_shop(system_, shop, merchant);
}

void SystemLink::handle(node::Requests& requests) {
  if (requests.line >= parts_.lines.size()) return part("a request for a line that is not here");
  std::array<std::size_t, permit_uses> used{};
  for (LineRequest& request : requests.requests) {
    const auto shop = parts_.cards.local(system_, request.shop);
    const auto parts = parse_reference(request.reference);
    if (!shop || SystemId{parts->system} != system_)
      return part("a request that is not the system's");
    request.shop = *shop;
    ++used[static_cast<std::size_t>(use_of(request.message))];
  }
  // All of them or none: a permit that is taken for a request that is not sent would be lost.
  auto& left = granted_[requests.line];
  for (std::size_t use = 0; use < permit_uses; ++use)
    if (used[use] > left[use]) return part("more was sent than was offered");
  for (std::size_t use = 0; use < permit_uses; ++use) left[use] -= used[use];
  const NodeLine& line = parts_.lines[requests.line];
  send(line.peers.line, SendRequests{line.settings.id, std::move(requests.requests)});
}

void SystemLink::handle(const node::Drain&) {
  drain(true);
}

void SystemLink::handle(const node::Undrain&) {
  drain(false);
}

// For all systems that the node has joined.
void SystemLink::drain(bool drains) {
  parts_.draining = drains;
  log(LogLevel::info, drains ? "draining" : "draining_ended");
  for (const NodeLine& line : parts_.lines) send(line.allotment, DrainNode{drains});
  for (const SystemLinkActor& link : parts_.links) send(link, DrainNode{drains});
}

void SystemLink::handle(const node::Lend& lend) {
  if (lend.line >= parts_.lines.size() || !parts_.lines[lend.line].settings.contract_pace)
    return part("the system lends a rate to a line that borrows none");
  send(parts_.lines[lend.line].allotment,
       RateLent{system_, this, node::from_microhertz(lend.microhertz)});
}

void SystemLink::in_force(const RateInForce& message) {
  const auto line = place_of(message.relay);
  SPILLWAY_CHECK(line.has_value(), "a rate for a line that is not here");
  lent_[*line] = node::to_microhertz(message.per_second);
  if (state_ == State::joined) report();
}

// ---- What became of requests ----

void SystemLink::keep(NodeResults& results) {
  const auto line = place_of(results.relay);
  SPILLWAY_CHECK(line.has_value(), "results of a line that is not here");
  node::Results kept{++last_result_,
                     *line,
                     std::move(results.answered),
                     std::move(results.unanswered),
                     std::move(results.reversals),
                     std::move(results.repeats_unanswered)};
  if (kept_.size() >= limits::node_answers_kept_max) kept_.pop_front();
  kept_.push_back(std::move(kept));
  if (state_ == State::joined) say(kept_.back());
}

void SystemLink::handle(const node::Acknowledged& acknowledged) {
  while (!kept_.empty() && kept_.front().number <= acknowledged.number) kept_.pop_front();
  let_go_if_told();
}

void SystemLink::let_go_if_told() {
  if (kept_.empty() || state_ != State::joined) finishing_.reset();
}

std::optional<std::uint16_t> SystemLink::place_of(RelayId relay) const {
  for (std::size_t i = 0; i < parts_.lines.size(); ++i)
    if (parts_.lines[i].settings.id == relay) return static_cast<std::uint16_t>(i);
  return std::nullopt;
}

std::size_t& SystemLink::granted(std::uint16_t line, PermitUse use) {
  return granted_.at(line).at(static_cast<std::size_t>(use));
}

}  // namespace spillway::actors
