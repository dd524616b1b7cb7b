#include "loadtest/audit/audit_tellings.hpp"

#include <bit>

namespace spillway::loadtest {
namespace {

constexpr std::array<Measure, tellers> measure_of = {Measure::told, Measure::called,
                                                     Measure::mailed};
constexpr std::array<Count, tellers> told_of = {Count::told, Count::called, Count::mailed};
constexpr std::array<Count, tellers> again_of = {Count::told_again, Count::called_again,
                                                 Count::mailed_again};

std::string names_of(unsigned outcomes) {
  std::string names;
  for (const BookStatus one :
       {BookStatus::authorized, BookStatus::refused, BookStatus::cancelled}) {
    if ((outcomes & outcome_bit(one)) == 0) continue;
    names += (names.empty() ? "" : " and ") +
             std::string(book_status_names[static_cast<std::size_t>(one)]);
  }
  return names;
}

}  // namespace

std::uint8_t outcomes_of(const BookEntry& entry) {
  const unsigned earlier = entry.was_authorized ? outcome_bit(BookStatus::authorized) : 0U;
  return static_cast<std::uint8_t>(outcome_bit(entry.status) | earlier);
}

std::uint8_t outcomes_owed(const BookEntry& entry, Teller teller) {
  return teller == Teller::mails ? outcome_bit(entry.status) : outcomes_of(entry);
}

TellingAudit::TellingAudit(const Tellings& tellings, std::array<bool, tellers> wanted,
                           MonotonicTime begin)
    : tellings_(tellings), begin_(begin) {
  for (std::size_t i = 0; i < tellers; ++i) sums_[i].wanted = wanted[i];
}

std::optional<std::string> TellingAudit::check(const OrderRecord& record, const BookEntry& entry,
                                               Measurements& measured) {
  const OrderTellings told = tellings_.of(entry.code);
  const unsigned booked = outcomes_of(entry);
  std::optional<std::string> wrong;
  for (std::size_t i = 0; i < tellers; ++i) {
    TellingSums& sums = sums_[i];
    if (!sums.wanted) continue;
    const unsigned outcomes = told[i].outcomes;
    const auto count = [](unsigned bits) {
      return static_cast<std::uint64_t>(std::popcount(bits));
    };
    sums.told += count(outcomes & booked);
    sums.missing += count(outcomes_owed(entry, static_cast<Teller>(i)) & ~outcomes);
    if ((outcomes & ~booked) != 0) {
      ++sums.disagree;
      wrong = "was told by " + std::string(teller_names[i]) + " as " + names_of(outcomes & ~booked);
    }
    if (outcomes == 0 || !record.is(OrderRecord::accepted)) continue;
    const Nanoseconds accepted = std::chrono::milliseconds(record.accepted_at_ms);
    measured.add(measure_of[i], told[i].first_at - begin_ - accepted);
  }
  return wrong;
}

std::array<TellingSums, tellers> TellingAudit::finish(Measurements& measured) const {
  std::array<TellingSums, tellers> sums = sums_;
  for (std::size_t i = 0; i < tellers; ++i) {
    const auto teller = static_cast<Teller>(i);
    if (!sums[i].wanted) continue;
    sums[i].again = tellings_.again(teller);
    sums[i].unbelieved = tellings_.unbelieved(teller);
    measured.add(told_of[i], sums[i].told);
    measured.add(again_of[i], sums[i].again);
  }
  return sums;
}

}  // namespace spillway::loadtest
