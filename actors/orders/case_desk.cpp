#include "actors/orders/case_desk.hpp"

#include <charconv>
#include <utility>

#include "actors/base/audit_note.hpp"
#include "actors/base/log.hpp"
#include "actors/documents/case_json.hpp"
#include "engine/order/order_attempts.hpp"
#include "net/api/common/limits.hpp"
#include "net/api/common/list_query.hpp"

namespace spillway::actors {
namespace {

constexpr std::size_t cases_page = 100;

const net::CaseRequest& content_of(const net::ControlRequest& request) {
  return dynamic_cast<const net::CaseRequest&>(*request.content);
}

// Of a case that no shard has told of: none of its rules has to be kept but those of the order.
constexpr CaseKind of_no_shard{};

}  // namespace

auto CaseDesk::make_behavior() -> behavior_type {
  return {
      [this](HandleControl& message) { ask(message.request); },
      [this](CasesChanged& message) { change(message); },
      [this](const Registered& message) { registered(message); },
      [this](const CaseSettled& message) { settled(message); },
  };
}

void CaseDesk::change(CasesChanged& message) {
  for (const OrderNumber order : message.closed) cases_.erase(order);
  for (OpenCase& open : message.opened) cases_.insert_or_assign(open.order.number, std::move(open));
}

void CaseDesk::ask(net::ControlRequest& request) {
  if (request.route == net::RouteId::cases) return list(request);
  resolve(request);
}

// In the order of the orders' numbers, a page at a time.
void CaseDesk::list(const net::ControlRequest& request) {
  OrderNumber begin;
  if (!request.query.empty()) {
    const std::string_view query = request.query;
    const auto text =
        query.starts_with("after=") ? net::percent_decoded(query.substr(6)) : std::nullopt;
    const auto place = text ? named(*text) : std::nullopt;
    if (!place)
      return refuse(request, 400, "There is no parameter but \"after\", with the name of a case.");
    begin = place->order;
  }
  std::vector<Standing> page = after(begin, cases_page + 1);
  const bool more = page.size() > cases_page;
  if (more) page.pop_back();
  std::vector<ShownCase> shown;
  for (const Standing& standing : page) {
    const OpenCase& open = standing.open;
    ShownCase& each = shown.emplace_back();
    each.open = &open;
    each.unserved = standing.unserved;
    each.order_code = services_.order_code(open.order.number);
    each.name = name_of(open.order.number, open.attempt);
    if (const auto stored = services_.journal.read({open.order.number.value}))
      if (const auto* received = std::get_if<Received>(&stored->event.fact))
        each.received = *received;
  }
  answer(net::document(request.ticket, {.json = cases_json(services_.configuration, shown, more)}));
}

void CaseDesk::resolve(net::ControlRequest& request) {
  const auto name = named(request.names.front());
  const auto found = name ? find(name->order) : std::nullopt;
  if (!found || name->attempt.value_or(found->open.attempt) != found->open.attempt)
    return refuse_closed(request, name ? name->order : OrderNumber{});
  const net::CaseRequest& asked = content_of(request);
  const OpenCase& stands = found->open;
  // What the shard would refuse leaves nothing in the audit log.
  const auto facts =
      on_case_resolved(stands.order, stands.attempt, asked.outcome, asked.approval_code);
  if (!facts)
    return refuse(request, 409, "It cannot be resolved so: " + facts.error().message + ".");
  if (registering_.size() + resolving_.size() >= limits::control_requests_waiting_max ||
      !services_.registry.has_room())
    return answer({request.ticket, net::answers::Full{}});
  const std::string word = std::string(to_text(asked.outcome)) + ": " + asked.note;
  RegisterChanges changes{this, 0, {}};
  changes.changes.push_back(storage::audit_change(audit_note(request, 200, word, services_.now())));
  registering_.push_back({stands.order.number, stands.attempt, stands.kind, std::move(request)});
  send(peers_.registrar, std::move(changes));
}

std::optional<CaseDesk::Standing> CaseDesk::find(OrderNumber order) const {
  const auto page = after({order.value - 1}, 1);
  if (page.empty() || page.front().open.order.number != order) return std::nullopt;
  return page.front();
}

std::vector<CaseDesk::Standing> CaseDesk::after(OrderNumber order, std::size_t count) const {
  std::map<OrderNumber, Standing> page;
  auto told = cases_.upper_bound(order);
  for (std::size_t i = 0; i < count && told != cases_.end(); ++i, ++told)
    page.emplace(told->first, Standing{told->second, {}});
  if (services_.unserved != nullptr)
    for (const UnservedOrder& each : services_.unserved->list(services_.views, order, count))
      if (const auto row = services_.views.order(each.order)) {
        Standing standing{{of_no_shard, attempt_in_question(row->state), row->state}, each.why};
        const auto at = page.find(each.order);
        if (at == page.end())
          page.emplace(each.order, std::move(standing));
        else if (at->second.open.kind == CaseKind::lost)  // and nobody makes more attempts of it
          at->second = std::move(standing);
      }
  std::vector<Standing> cases;
  for (auto& [number, standing] : page)
    if (cases.size() < count) cases.push_back(std::move(standing));
  return cases;
}

// It was settled meanwhile, or never was.
void CaseDesk::refuse_closed(const net::ControlRequest& request, OrderNumber order) {
  const auto row = order.value > 0 ? services_.views.order(order) : std::nullopt;
  if (!row) return refuse(request, 404, "There is no such case.");
  refuse(request, 409,
         "Nothing of that name stands before a person: the order is " +
             std::string(to_text(row->state.status)) + ".");
}

std::optional<CaseDesk::Named> CaseDesk::named(std::string_view name) const {
  const std::size_t point = name.find('.');
  const auto order = services_.order_number(name.substr(0, point));
  if (!order) return std::nullopt;
  if (point == std::string_view::npos) return Named{*order, std::nullopt};
  const std::string_view digits = name.substr(point + 1);
  std::uint16_t attempt = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), attempt);
  if (read.ec != std::errc{} || read.ptr != digits.data() + digits.size()) return std::nullopt;
  return Named{*order, Attempt{attempt}};
}

std::string CaseDesk::name_of(OrderNumber order, Attempt attempt) const {
  std::string name = services_.order_code(order);
  if (attempt.value > 0) name.append(".").append(std::to_string(attempt.value));
  return name;
}

void CaseDesk::registered(const Registered& message) {
  for (std::size_t i = 0; i < message.tokens.size(); ++i) {
    SPILLWAY_CHECK(!registering_.empty(), "a word became durable that nobody gave");
    Resolution resolution = std::move(registering_.front());
    registering_.pop_front();
    const net::CaseRequest& asked = content_of(resolution.request);
    const ResolveCase resolve{resolution.kind, resolution.order,    resolution.attempt,
                              asked.outcome,   asked.approval_code, next_token_++};
    resolving_.emplace(resolve.token, std::move(resolution));
    send(shard_of(peers_, resolve.order), resolve);
  }
}

void CaseDesk::settled(const CaseSettled& message) {
  const auto found = resolving_.find(message.token);
  SPILLWAY_CHECK(found != resolving_.end(), "a case was settled that nobody has resolved");
  const Resolution resolution = std::move(found->second);
  resolving_.erase(found);
  const net::ControlRequest& request = resolution.request;
  const std::string order = services_.order_code(resolution.order);
  const std::string name = name_of(resolution.order, resolution.attempt);
  if (!message.refusal.empty())
    return refuse(request, 409, "It cannot be resolved any more: " + message.refusal + ".");
  const std::string_view outcome = to_text(content_of(request).outcome);
  services_.metrics.cases_resolved[static_cast<std::size_t>(content_of(request).outcome)].add();
  log(LogLevel::info, "case_resolved",
      {{"case", name},
       {"order", order},
       {"outcome", outcome},
       {"status", to_text(message.status)},
       {"key", request.key_id}});
  answer(net::document(request.ticket,
                       {.json = case_resolved_json({name, order, outcome, message.status})}));
}

void CaseDesk::answer(net::ApiAnswer answer) {
  std::vector<net::ApiAnswer> answers;
  answers.push_back(std::move(answer));
  services_.api.answer(std::move(answers));
}

void CaseDesk::refuse(const net::ControlRequest& request, int status, std::string detail) {
  answer(net::refused(request.ticket, {.refusal = {status, std::move(detail), {}}}));
}

}  // namespace spillway::actors
