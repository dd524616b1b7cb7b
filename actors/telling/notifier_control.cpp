// What operators ask about mails. What an answer tells that was changed is durable before it is
// given, with its line in the audit log.
#include <algorithm>
#include <array>

#include "actors/base/audit_note.hpp"
#include "actors/base/log.hpp"
#include "actors/documents/mail_documents.hpp"
#include "actors/telling/notifier.hpp"
#include "net/api/common/limits.hpp"
#include "net/api/common/list_query.hpp"
#include "net/api/common/query_fields.hpp"

namespace spillway::actors {

using net::RouteId;

namespace {

constexpr std::array<std::string_view, 3> list_parameters{"state", "after", "limit"};

// Which mails a list is of; neither: all.
struct WantedState {
  std::optional<MailState> waiting{};
  std::optional<MailEnd> ended{};
};

std::optional<WantedState> state_from(std::string_view text) {
  WantedState wanted;
  for (const MailState state : {MailState::due, MailState::deferred, MailState::sending})
    if (text == to_text(state)) wanted.waiting.emplace(state);
  for (const MailEnd end : {MailEnd::refused, MailEnd::given_up, MailEnd::dropped})
    if (text == to_text(end)) wanted.ended.emplace(end);
  if (!wanted.waiting && !wanted.ended) return std::nullopt;
  return wanted;
}

std::optional<Notice> notice_from(std::string_view text) {
  for (const Notice notice :
       {Notice::thanks, Notice::refusal, Notice::reorder, Notice::cancellation})
    if (text == to_text(notice)) return notice;
  return std::nullopt;
}

}  // namespace

void Notifier::ask(const net::ControlRequest& request) {
  if (request.route == RouteId::mails) return list(request);
  const auto name = find(request.names.at(0));
  if (!name) return refuse(request, 404, "There is no such mail.");
  if (ended_.contains(*name))
    return refuse(request, 409,
                  "The mail has come to its end: it was refused, given up or dropped.");
  if (under_way_.size() >= limits::control_requests_waiting_max)
    return answer({request.ticket, net::answers::Full{}});
  if (request.route == RouteId::mail_retry) return retry(request, name->first, name->second);
  drop(request, name->first, name->second);
}

// By the name that the list gives it, or by its order's code, which stands for the one that waits.
std::optional<Notifier::MailKey> Notifier::find(std::string_view name) const {
  const auto decoded = net::percent_decoded(name);
  if (!decoded) return std::nullopt;
  const std::size_t dot = std::min(decoded->find('.'), decoded->size());
  const auto order = services_.order_number(std::string_view(*decoded).substr(0, dot));
  if (!order) return std::nullopt;
  const auto waiting = outbox_.find(*order, monotonic());
  const auto notice = dot == decoded->size()
                          ? (waiting ? std::optional(waiting->mail.notice) : std::nullopt)
                          : notice_from(std::string_view(*decoded).substr(dot + 1));
  if (!notice) return std::nullopt;
  const MailKey key{*order, *notice};
  const bool waits = waiting && waiting->mail.notice == *notice;
  return waits || ended_.contains(key) ? std::optional(key) : std::nullopt;
}

ShownMail Notifier::shown(const WaitingMail& waiting) const {
  ShownMail mail;
  mail.code = services_.order_code(waiting.mail.order);
  mail.domain = domain_of(waiting.mail);
  mail.mail = waiting.mail;
  mail.state = to_text(waiting.state);
  mail.tries = waiting.tries;
  if (waiting.next_at)
    mail.next_at = services_.now() + std::chrono::ceil<Duration>(*waiting.next_at - monotonic());
  mail.reason = waiting.reason;
  return mail;
}

ShownMail Notifier::shown(const EndedMail& ended) const {
  ShownMail mail;
  mail.code = services_.order_code(ended.mail.order);
  mail.domain = domain_of(ended.mail);
  mail.mail = ended.mail;
  mail.state = to_text(ended.end);
  mail.tries = ended.tries;
  mail.ended_at = ended.at;
  mail.reason = ended.reason;
  return mail;
}

// Of the address nothing but where it leads to: enough to see that one provider refuses.
std::string Notifier::domain_of(const DueMail& mail) const {
  const auto stored = services_.journal.read(RecordNumber{mail.order.value});
  const auto* received = stored ? std::get_if<Received>(&stored->event.fact) : nullptr;
  if (received == nullptr) return {};
  const auto made = services_.make_mail(mail.order, mail.notice, *received, stored->event.at);
  return made ? made->to_address.substr(made->to_address.rfind('@') + 1) : std::string();
}

void Notifier::list(const net::ControlRequest& request) {
  const auto fields = net::read_query_fields(request.query, list_parameters);
  if (!fields) return refuse(request, 400, fields.error().message);
  const auto limit = net::read_page_limit(*fields);
  if (!limit) return refuse(request, 400, limit.error().message);
  WantedState wanted;
  if (const auto found = fields->find("state"); found != fields->end()) {
    const auto state = state_from(found->second);
    if (!state) return refuse(request, 400, "\"state\" is not a state of a mail.");
    wanted = *state;
  }
  OrderNumber after;
  if (const auto found = fields->find("after"); found != fields->end()) {
    const auto order = services_.order_number(found->second);
    if (!order) return refuse(request, 400, "\"after\" is not an order code.");
    after = *order;
  }
  std::vector<ShownMail> mails;
  if (!wanted.ended)
    for (const WaitingMail& each : outbox_.list(wanted.waiting, after, *limit + 1, monotonic()))
      mails.push_back(shown(each));
  if (!wanted.waiting) {
    // One more than fit, and all of the last one's order.
    std::size_t count = 0;
    for (auto at = ended_.lower_bound({{after.value + 1}, Notice::none});
         at != ended_.end() && count <= *limit; ++at) {
      if (wanted.ended && at->second.end != *wanted.ended) continue;
      mails.push_back(shown(at->second));
      ++count;
    }
  }
  answer(net::document(request.ticket, {.json = mails_json(page_of(std::move(mails), *limit))}));
}

// A page ends between two orders.
MailPage Notifier::page_of(std::vector<ShownMail> mails, std::size_t limit) const {
  const auto order_of = [](const ShownMail& mail) { return mail.mail.order; };
  std::ranges::stable_sort(mails, {}, order_of);
  MailPage page;
  std::size_t end = std::min(limit, mails.size());
  while (end > 0 && end < mails.size() && order_of(mails[end]) == order_of(mails[end - 1])) ++end;
  page.more = end < mails.size();
  mails.resize(end);
  page.mails = std::move(mails);
  if (const auto& trouble = outbox_.server_trouble()) {
    page.server_reason = trouble->reason;
    page.server_since =
        services_.now() - std::chrono::floor<Duration>(monotonic() - trouble->since);
  }
  return page;
}

void Notifier::retry(const net::ControlRequest& request, OrderNumber order, Notice) {
  outbox_.retry(order, monotonic());
  std::vector<storage::RegistryChange> changes;
  changes.push_back(storage::audit_change(audit_note(request, 202, {}, services_.now())));
  Change change{.ticket = request.ticket, .answer = {.status = 202, .json = {}}};
  change.answer.json = mail_json(shown(*outbox_.find(order, monotonic())));
  log(LogLevel::info, "mail_retried",
      {{"order", services_.order_code(order)}, {"key", request.key_id}});
  write(std::move(changes), std::move(change));
  fill();
}

void Notifier::drop(const net::ControlRequest& request, OrderNumber order, Notice notice) {
  const auto waiting = outbox_.find(order, monotonic());
  if (outbox_.drop(order) == Outbox::Dropped::under_way)
    return refuse(request, 409, "The mail is with the mail server now: ask again in a moment.");
  EndedMail ended;
  ended.mail = waiting->mail;
  ended.at = services_.now();
  ended.end = MailEnd::dropped;
  ended.tries = waiting->tries;
  ended.reason = waiting->reason;
  std::vector<storage::RegistryChange> changes;
  note_end(ended, changes);
  changes.push_back(storage::audit_change(audit_note(request, 200, {}, services_.now())));
  services_.metrics.mails_dropped.add();
  log(LogLevel::info, "mail_dropped",
      {{"order", services_.order_code(order)},
       {"notice", to_text(notice)},
       {"key", request.key_id}});
  Change change{.ticket = request.ticket, .answer = {.json = mail_json(shown(ended))}};
  change.dropped = ended.mail;
  write(std::move(changes), std::move(change));
  show();
}

void Notifier::answer(net::ApiAnswer answer) {
  std::vector<net::ApiAnswer> answers;
  answers.push_back(std::move(answer));
  services_.api.answer(std::move(answers));
}

void Notifier::refuse(const net::ControlRequest& request, int status, std::string detail) {
  answer(net::refused(request.ticket, {.refusal = {status, std::move(detail), {}}}));
}

}  // namespace spillway::actors
