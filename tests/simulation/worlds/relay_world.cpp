#include "tests/simulation/worlds/relay_world.hpp"

#include <array>

#include "tests/simulation/worlds/shop_world.hpp"

namespace spillway::simulation {
namespace {

bool is_reversal(const net::RelayRequest& request) {
  return request.message == net::RelayMessage::reversal ||
         request.message == net::RelayMessage::reversal_repeat;
}

std::string text(const Reference& reference) {
  return std::string(reference.view());
}

}  // namespace

void RelayWorld::Line::start(net::RelayListener& listener) {
  listener_ = &listener;
  connect(centre_.world_.between(1ms, 200ms));
}

void RelayWorld::Line::stop() {
  listener_ = nullptr;
  set_up(false);
  ++*current_;
}

std::vector<Arrival> RelayWorld::all_arrivals() const {
  std::vector<Arrival> all;
  for (const auto& [owner, arrivals] : arrivals_)
    all.insert(all.end(), arrivals.begin(), arrivals.end());
  std::ranges::stable_sort(all, {}, &Arrival::at);
  return all;
}

void RelayWorld::Line::set_up(bool up) {
  up_ = up;
  changes_.push_back({centre_.world_.civil_now(), up});
}

const std::vector<Arrival>& RelayWorld::arrivals(const std::string& owner) const {
  static const std::vector<Arrival> none;
  const auto found = arrivals_.find(owner);
  return found == arrivals_.end() ? none : found->second;
}

const std::vector<LineChange>& RelayWorld::line_changes(const std::string& owner) const {
  static const std::vector<LineChange> none;
  const auto found = line_changes_.find(owner);
  return found == line_changes_.end() ? none : found->second;
}

void RelayWorld::go_away(Duration how_long) {
  away_until_ = world_.now() + how_long;
  for (const auto& line : lines_) line->drop(net::LineLoss::closed);
}

void RelayWorld::Line::connect(Duration delay) {
  const auto away = centre_.away_until_ - centre_.world_.now();
  if (away > away.zero()) delay += std::chrono::ceil<Duration>(away);
  centre_.world_.after(delay, [this, current = current_, session = *current_] {
    if (*current != session || !listener_) return;
    set_up(true);
    listener_->on_line_up();
  });
}

void RelayWorld::Line::drop(net::LineLoss loss) {
  if (!listener_ || !up_) return;
  set_up(false);
  ++*current_;
  listener_->on_line_down(loss, "the simulation drops it");
  connect(centre_.world_.between(100ms, 20s));
}

void RelayWorld::Line::send(std::vector<net::RelayRequest> requests) {
  if (!up_) return;
  World& world = centre_.world_;
  for (const net::RelayRequest& request : requests) {
    arrivals_.push_back(
        {world.now(), world.civil_now(), request.message == net::RelayMessage::authorization});
    if (centre_.loses(request) || world.fault(0.02)) continue;  // lost on its way
    // Usually at once; sometimes it lingers as long as the contract allows.
    const Duration delay = world.fault(0.03) ? world.between(1s, centre_.settings_.late_window - 1s)
                                             : world.between(1ms, 50ms);
    world.after(delay, [this, current = current_, session = *current_, request] {
      centre_.receive(*this, current, session, request);
    });
  }
}

void RelayWorld::Line::reply(Duration delay, net::RelayReply reply) {
  centre_.world_.after(delay, [this, current = current_, session = *current_, reply] {
    if (*current != session || !listener_) return;
    listener_->on_replies({reply});
  });
}

void RelayWorld::receive(Line& line, std::shared_ptr<std::uint64_t> current, std::uint64_t session,
                         const net::RelayRequest& request) {
  const net::RelayReply answer = is_reversal(request) ? reverse(request) : process(request);
  world_.note("relay centre " + settings_.name + " answers " + std::string(answer.code.view()) +
              " to " + (is_reversal(request) ? "the reversal of " : "") + text(request.reference));
  if (*current != session) return;  // the line it came over is gone, and so is its answer
  if (swallows(request)) return;
  if (world_.fault(0.01)) return line.drop(net::LineLoss::closed);
  if (world_.fault(0.005)) return line.drop(net::LineLoss::unreadable);
  if (world_.fault(0.03)) return;  // the answer is lost
  const Duration delay = world_.fault(0.03) ? settings_.answer_time_max + world_.between(1ms, 60s)
                                            : world_.between(1ms, 100ms);
  line.reply(delay, answer);
  if (world_.fault(0.03)) line.reply(delay + world_.between(0ms, 10s), answer);
}

// Sometimes the issuer holds something, and it is not what was asked: a part, another sum, another
// currency, or with a reservation.
void RelayWorld::decide(Authorization& authorization, const net::RelayRequest& request) {
  RelayAnswer& said = authorization.said;
  const Money& asked = request.amount;
  if (decides) {
    authorization.code = said.code = decides(request);
    authorization.whole = authorization.live = said.code == "00";
    if (authorization.live) authorization.approval_code = "A00001";
    return;
  }
  const std::uint64_t roll = world_.pick(100);
  if (world_.chance(0.5)) {
    said.amount = asked.minor_units;
    said.currency = asked.currency.numeric;
  }
  said.code = roll < 70 ? "00" : roll < 80 ? "05" : roll < 90 ? "01" : world_.faults ? "91" : "00";
  authorization.whole = said.code == "00";
  if (said.code == "00" && world_.chance(0.06)) {
    authorization.whole = false;
    switch (world_.pick(5)) {
      case 0:
        said = {"10", asked.minor_units / 2, asked.currency.numeric};
        break;
      case 1:
        said = {"00", asked.minor_units + 1, {}};
        break;
      case 2:
        said = {"00", asked.minor_units, 978};
        break;
      case 3:
        said.code = "08";
        break;
      default:
        said.code = "11";
    }
  }
  authorization.code = said.code;
  authorization.live = authorization.whole || said.code == "00" || said.code == "08" ||
                       said.code == "10" || said.code == "11";
  if (authorization.live) authorization.approval_code = "A00001";
  authorization.stubborn = world_.fault(0.03);
}

// Says that it was heard, and not what became of it.
void RelayWorld::mumble(net::RelayReply& reply) {
  constexpr std::array<const char*, 4> codes = {"68", "94", "09", ""};
  reply.code = codes[world_.pick(codes.size())];
  reply.approval_code = {};
  reply.amount.reset();
  reply.currency.reset();
}

bool RelayWorld::holds(const Reference& reference) const {
  const auto found = ledger_.find(reference);
  return found != ledger_.end() && found->second.live;
}

void RelayWorld::let_go(const Reference& reference) {
  if (const auto found = ledger_.find(reference); found != ledger_.end())
    found->second.live = false;
}

void RelayWorld::keep(const Reference& reference) {
  ledger_.at(reference).kept_until = world_.now() + 2 * settings_.late_window;
}

net::RelayReply RelayWorld::process(const net::RelayRequest& request) {
  world_.expect(request.card.has_value(), "a request left without its card");
  if (request.card)
    world_.expect(card_belongs(*request.card, request.amount),
                  "a request carries another order's card");
  const auto [seen, first] = first_seen_.try_emplace(request.reference, request);
  world_.expect(seen->second.amount == request.amount && seen->second.stan == request.stan &&
                    seen->second.sent_at == request.sent_at,
                "a repeat of " + text(request.reference) + " differs from its first request");
  if (request.message == net::RelayMessage::authorization_repeat)
    world_.expect(settings_.recognises_repeats,
                  "a repeat went to a relay centre that does not recognise it");

  const auto [entry, fresh] = ledger_.try_emplace(request.reference);
  Authorization& authorization = entry->second;
  if (fresh) {
    authorization.amount = request.amount;
    decide(authorization, request);
    if (authorization.live) {
      const auto parts = parse_reference(request.reference);
      for (const auto& [reference, other] : ledger_) {
        const auto other_parts = parse_reference(reference);
        world_.expect(!(other.live && &other != &authorization &&
                        other_parts->system == parts->system && other_parts->order == parts->order),
                      "order " + std::to_string(parts->order.value) + " is charged twice: " +
                          text(reference) + " stands when " + text(request.reference) + " comes");
      }
    }
  }
  net::RelayReply reply{false,
                        request.reference,
                        request.stan,
                        authorization.code,
                        authorization.approval_code,
                        authorization.said.amount,
                        authorization.said.currency};
  if (world_.fault(0.04)) mumble(reply);
  return reply;
}

net::RelayReply RelayWorld::reverse(const net::RelayRequest& request) {
  const auto found = ledger_.find(request.reference);
  net::RelayReply reply{true, request.reference, request.trace, "25", {}};
  if (found == ledger_.end()) return reply;
  Authorization& authorization = found->second;
  reply.code = "12";
  if (authorization.stubborn || authorization.kept_until > world_.now()) return reply;
  reply.code = "96";
  if (world_.fault(0.05)) return reply;
  reply.code = "00";
  // Of something else: a part of it, or nothing that was asked for.
  if (world_.fault(0.02)) {
    reply.amount = request.amount.minor_units + 7;
    return reply;
  }
  if (world_.chance(0.3)) reply.amount = request.amount.minor_units;
  if (world_.chance(0.3)) reply.currency = request.amount.currency.numeric;
  authorization.live = false;
  if (world_.fault(0.04)) mumble(reply);
  return reply;
}

}  // namespace spillway::simulation
