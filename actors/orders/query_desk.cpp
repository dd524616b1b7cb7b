#include "actors/orders/query_desk.hpp"

#include <algorithm>
#include <chrono>
#include <variant>

#include "actors/documents/audit_json.hpp"
#include "engine/account/member.hpp"
#include "engine/order/limits.hpp"
#include "net/api/common/list_query.hpp"
#include "storage/registry/audit_rows.hpp"

namespace spillway::actors {

namespace {

constexpr std::size_t search_rows_max = 5'000;  // looked at for one page of an operator's

bool fits_row(const net::OrderSearch& search, const storage::OrderRow& row) {
  const OrderState& state = row.state;
  return (!search.shop || state.shop == *search.shop) &&
         (!search.status || state.status == *search.status) &&
         (!search.reference || row.reference == *search.reference) &&
         (!search.amount || state.amount.minor_units == *search.amount) &&
         (!search.from || row.received_at >= *search.from) &&
         (!search.to || row.received_at < *search.to);
}

}  // namespace

auto QueryDesk::make_behavior() -> behavior_type {
  return {
      [this](const ListOrders& message) {
        when_current(message.ticket, [this, message] { list(message); });
      },
      [this](const SearchOrders& message) {
        when_current(message.ticket, [this, message] { search(message); });
      },
      [this](const TellOrder& message) { tell(message); },
      [this](const HandleControl& message) { audit(message.request); },
      [this](const Projected&) { projected(); },
      [this](Tick) {
        refuse_overdue();
        read_on();
      },
  };
}

void QueryDesk::answer(net::Ticket ticket, decltype(net::ApiAnswer::answer) answer) {
  std::vector<net::ApiAnswer> answers;
  answers.push_back({ticket, std::move(answer)});
  services_.api.answer(std::move(answers));
}

void QueryDesk::when_current(net::Ticket ticket, std::function<void()> answer) {
  const RecordNumber needed = services_.journal.last();
  if (services_.views.position() >= needed) return answer();
  const MonotonicTime until = monotonic() + wait_max;
  waiting_.push_back({needed, until, ticket, std::move(answer)});
  if (tick_is_due_) return;
  tick_is_due_ = true;
  send_self_at(until, Tick{});
}

void QueryDesk::projected() {
  const RecordNumber reached = services_.views.position();
  while (!waiting_.empty() && waiting_.front().needed <= reached) {
    waiting_.front().answer();
    waiting_.pop_front();
  }
}

void QueryDesk::refuse_overdue() {
  const MonotonicTime now = monotonic();
  std::vector<net::ApiAnswer> answers;
  for (; !waiting_.empty() && waiting_.front().until <= now; waiting_.pop_front())
    answers.push_back(net::refused(
        waiting_.front().ticket,
        {{503, "The lists have not caught up with the orders. Try again after a while.", {}},
         "overloaded",
         "Too much is waiting",
         {{"Retry-After", std::to_string(std::chrono::seconds(limits::retry_after).count())}}}));
  if (!answers.empty()) services_.api.answer(std::move(answers));
  tick_is_due_ = !waiting_.empty();
  if (tick_is_due_) send_self_at(waiting_.front().until, Tick{});
}

void QueryDesk::list(const ListOrders& message) {
  const net::OrderFilter& filter = message.filter;
  const storage::ListPage page = services_.views.list(
      {message.shop, filter.status, filter.reference, filter.before, filter.limit});
  net::answers::Orders orders;
  orders.next_before = page.next_before;
  orders.orders.reserve(page.orders.size());
  for (const OrderNumber number : page.orders) {
    auto row = services_.views.order(number);
    const auto stored = services_.journal.read(RecordNumber{number.value});
    if (!row || !stored) continue;  // it has left the journal since the page was read
    SPILLWAY_CHECK(std::holds_alternative<Received>(stored->event.fact),
                   "a list names an order that does not exist");
    orders.orders.push_back(
        {std::get<Received>(stored->event.fact), stored->event.at, std::move(row->state)});
  }
  answer(message.ticket, std::move(orders));
}

// ---- What operators look for ----

std::vector<storage::OrderRow> QueryDesk::candidates(const net::OrderSearch& search,
                                                     OrderNumber& next) const {
  next = {};
  if (search.shop) {
    const storage::ListPage page = services_.views.list(
        {*search.shop, search.status, search.reference, search.before, search.limit});
    next = page.next_before;
    std::vector<storage::OrderRow> rows;
    for (const OrderNumber number : page.orders)
      if (auto row = services_.views.order(number)) rows.push_back(std::move(*row));
    return rows;
  }
  std::vector<storage::OrderRow> rows = services_.views.newest(search.before, search_rows_max);
  if (rows.size() == search_rows_max) next = rows.back().state.number;
  return rows;
}

// Who is a member stands in his account; its orders have his number only.
bool QueryDesk::has_email(const Received& received, const std::string& email) const {
  if (received.member.empty() || !received.buyer.email.empty())
    return fold_mail_address(received.buyer.email) == email;
  const auto member = services_.members.numbers().decode(received.member);
  const auto profile = member ? services_.members.profile(*member) : std::nullopt;
  return profile && fold_mail_address(profile->email) == email;
}

std::optional<net::OrderView> QueryDesk::fits(const net::OrderSearch& search,
                                              storage::OrderRow& row) const {
  if (!fits_row(search, row)) return std::nullopt;
  const auto stored = services_.journal.read(RecordNumber{row.state.number.value});
  const auto* received = stored ? std::get_if<Received>(&stored->event.fact) : nullptr;
  if (received == nullptr) return std::nullopt;  // it has left the journal meanwhile
  if (search.member && received->member != *search.member) return std::nullopt;
  if (search.email && !has_email(*received, *search.email)) return std::nullopt;
  return net::OrderView{*received, stored->event.at, std::move(row.state)};
}

void QueryDesk::search(const SearchOrders& message) {
  const net::OrderSearch& search = message.search;
  net::answers::FoundOrders found;
  const bool whole = handle_alone(
      "search", [] { return "orders"; },
      [&] {
        // Nothing before this one was received as late as is asked for.
        const OrderNumber first =
            search.from ? services_.views.first_needed(*search.from) : OrderNumber{};
        for (storage::OrderRow& row : candidates(search, found.next_before)) {
          const OrderNumber number = row.state.number;
          if (number < first) {
            found.next_before = {};
            break;
          }
          auto view = fits(search, row);
          if (!view) continue;
          found.orders.push_back(std::move(*view));
          if (found.orders.size() < search.limit) continue;
          found.next_before = number;
          break;
        }
      });
  if (!whole) {
    return answer(
        message.ticket,
        net::refused(message.ticket, {.refusal = {500, "The search failed.", {}}}).answer);
  }
  answer(message.ticket, std::move(found));
}

// ---- The audit log ----

void QueryDesk::audit(const net::ControlRequest& request) {
  const auto page = net::read_numbered_page(request.query);
  if (!page)
    return answer(
        request.ticket,
        net::refused(request.ticket, {.refusal = {400, page.error().message, {}}}).answer);
  const auto entries = storage::audit_entries(services_.registry, page->after, page->limit);
  answer(request.ticket,
         net::document(request.ticket, {.json = audit_json(entries, page->limit)}).answer);
}

}  // namespace spillway::actors
