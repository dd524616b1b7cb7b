#include "engine/pacing/issuer_lines.hpp"

#include <algorithm>

#include "engine/base/invariants.hpp"
#include "engine/pacing/limits.hpp"

namespace spillway {

namespace {

// So many of the oldest ask before the newest does by turns.
constexpr std::uint32_t oldest_probes = 3;

}  // namespace

IssuerLines::IssuerLines() {
  // Orders of unknown companies have nothing in common.
  for (std::size_t i = 0; i < Issuer::companies; ++i)
    companies_.push_back({IssuerWatch(i == 0 ? IssuerWatch::never : limits::company_away_after, i),
                          RepeatBudget(i)});
}

std::map<Issuer, IssuerLines::Range>::const_iterator IssuerLines::find(Issuer issuer) const {
  const auto found = ranges_.find(issuer);
  return found == ranges_.end() ? ranges_.find(issuer.whole_company()) : found;
}

IssuerLines::Range& IssuerLines::range_of(Issuer issuer) {
  const bool apart = ranges_.contains(issuer) || ranges_.size() < limits::issuers_apart_max;
  const Issuer key = apart ? issuer : issuer.whole_company();
  // A whole company, or an unknown one, is many issuers: it is not away because three cards are.
  const bool one = key != key.whole_company();
  const auto seed = ranges_.size() + 1;
  return ranges_
      .try_emplace(key, Range{.watch = IssuerWatch(
                                  one ? limits::issuer_away_after : IssuerWatch::never, seed)})
      .first->second;
}

void IssuerLines::came_back(Issuer issuer, Attempt attempt, MonotonicTime now) {
  const bool first = attempt.value == 1;
  Range& range = range_of(issuer);
  range.failed_at = now;
  range.watch.came_back(first, now);
  Company& company = company_of(issuer);
  company.watch.came_back(first, now);
  company.budget.came_back(now);
}

void IssuerLines::answered(Issuer issuer, Attempt attempt, MonotonicTime now) {
  Company& company = company_of(issuer);
  bool was_away = company.watch.away();
  if (const auto found = find(issuer); found != ranges_.end()) {
    IssuerWatch& watch = ranges_.at(found->first).watch;
    was_away = was_away || watch.away();
    watch.answered();
  }
  company.watch.answered();
  company.budget.answered(attempt.value == 1);
  if (was_away || attempt.value > 1) company.budget.wake(now);
}

bool IssuerLines::is_away(Issuer issuer) const {
  if (ranges_.empty() || !issuer.known()) return false;
  if (company_of(issuer).watch.away()) return true;
  const auto found = find(issuer);
  return found != ranges_.end() && found->second.watch.away();
}

void IssuerLines::keep(const WaitingOrder& order) {
  Range& range = range_of(order.issuer);
  const bool apart = ranges_.contains(order.issuer);
  kept_.emplace(order.number, Place{apart ? order.issuer : order.issuer.whole_company(), order});
  if (order.attempt.value == 0)
    range.fresh.insert(order);
  else
    range.repeats.insert(order);
}

std::optional<WaitingOrder> IssuerLines::take(OrderNumber number) {
  const auto found = kept_.find(number);
  if (found == kept_.end()) return std::nullopt;
  const WaitingOrder order = found->second.order;
  Range& range = ranges_.at(found->second.range);
  if (order.attempt.value == 0)
    range.fresh.erase(order);
  else
    range.repeats.erase(order);
  kept_.erase(found);
  chosen_.reset();
  return order;
}

const WaitingOrder& IssuerLines::probe(const Range& range) {
  if (range.fresh.empty()) return *range.repeats.begin();
  const std::uint32_t oldest_first = range.watch.was_away_before() ? 1 : oldest_probes;
  const bool newest = range.watch.probes() > oldest_first && range.watch.probes() % 2 == 0;
  return newest ? *range.fresh.rbegin() : *range.fresh.begin();
}

std::optional<IssuerLines::Choice> IssuerLines::choose(MonotonicTime now) {
  std::optional<Choice> free;
  std::optional<Choice> paid;
  const auto prefer = [](std::optional<Choice>& best, const Choice& other, auto less) {
    if (!best || less(*other.order, *best->order)) best = other;
  };
  for (auto& [issuer, range] : ranges_) {
    if (range.empty()) continue;
    const Company& company = company_of(issuer);
    const bool away = range.watch.away() || company.watch.away();
    if (!away && !range.fresh.empty())
      prefer(free, {&*range.fresh.begin(), &range, false}, ByTurn());
    if (company.budget.room(now) == 0) continue;
    if (away && range.watch.may_ask(now) && company.watch.may_ask(now))
      prefer(paid, {&probe(range), &range, true}, LeastTriedFirst());
    if (!away && !range.repeats.empty())
      prefer(paid, {&*range.repeats.begin(), &range, true}, LeastTriedFirst());
  }
  if (free && (!paid || turn_of(*free->order) < turn_of(*paid->order))) return free;
  return paid;
}

const WaitingOrder* IssuerLines::front(MonotonicTime now) {
  chosen_ = kept_.empty() ? std::nullopt : choose(now);
  return chosen_ ? chosen_->order : nullptr;
}

WaitingOrder IssuerLines::pop(MonotonicTime now) {
  SPILLWAY_CHECK(chosen_.has_value(), "nobody was chosen of those who wait for their issuers");
  const Choice choice = *chosen_;
  const WaitingOrder order = *choice.order;
  Company& company = company_of(order.issuer);
  if (choice.charged) company.budget.left(now);
  choice.range->watch.left(now);
  company.watch.left(now);
  take(order.number);
  return order;
}

std::size_t IssuerLines::ready(MonotonicTime now) const {
  if (kept_.empty()) return 0;
  std::size_t free = 0;
  std::array<std::size_t, Issuer::companies> paid{};
  for (const auto& [issuer, range] : ranges_) {
    const Company& company = company_of(issuer);
    if (range.watch.away() || company.watch.away()) {
      if (!range.empty() && range.watch.may_ask(now) && company.watch.may_ask(now))
        paid[issuer.company()] += 1;
    } else {
      free += range.fresh.size();
      paid[issuer.company()] += range.repeats.size();
    }
  }
  for (std::size_t i = 0; i < paid.size(); ++i) {
    const std::size_t most = companies_[i].watch.away() ? 1 : companies_[i].budget.room(now);
    free += std::min({paid[i], most, companies_[i].budget.room(now)});
  }
  return free;
}

std::optional<MonotonicTime> IssuerLines::next_due(MonotonicTime now) const {
  std::optional<MonotonicTime> next;
  for (const auto& [issuer, range] : ranges_) {
    if (range.empty()) continue;
    const Company& company = company_of(issuer);
    const bool away = range.watch.away() || company.watch.away();
    if (!away && range.repeats.empty()) continue;
    MonotonicTime at = now;
    if (range.watch.away()) at = std::max(at, range.watch.next_probe());
    if (company.watch.away()) at = std::max(at, company.watch.next_probe());
    if (company.budget.room(now) == 0) at = std::max(at, company.budget.next_free());
    if (at > now) next = next ? std::min(*next, at) : at;
  }
  return next;
}

std::optional<Timestamp> IssuerLines::oldest_received() const {
  std::optional<Timestamp> oldest;
  for (const auto& [issuer, range] : ranges_) {
    if (range.fresh.empty()) continue;
    const Timestamp received_at = range.fresh.begin()->received_at;
    oldest = oldest ? std::min(*oldest, received_at) : received_at;
  }
  return oldest;
}

std::size_t IssuerLines::away() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(ranges_, [](const auto& each) { return each.second.watch.away(); }));
}

std::set<CardCompany> IssuerLines::companies_away() const {
  std::set<CardCompany> companies;
  for (const auto& [issuer, range] : ranges_)
    if (range.watch.away()) companies.insert(static_cast<CardCompany>(issuer.company()));
  return companies;
}

void IssuerLines::forget(MonotonicTime now) {
  std::erase_if(ranges_, [now](const auto& each) {
    return each.second.empty() && each.second.failed_at + limits::issuer_memory <= now;
  });
  if (!ranges_.empty()) return;
  for (Company& company : companies_) company.watch.answered();
}

}  // namespace spillway
