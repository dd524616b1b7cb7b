#include "loadtest/audit/audit.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "loadtest/base/limits.hpp"

namespace spillway::loadtest {
namespace {

bool has_outcome(BookStatus status) {
  return status == BookStatus::authorized || status == BookStatus::refused ||
         status == BookStatus::cancelled || status == BookStatus::approval_needed;
}

std::string_view name_of(BookStatus status) {
  return book_status_names[static_cast<std::size_t>(status)];
}

class Auditor {
 public:
  Auditor(const Books& books, const Ledgers* ledgers, const Mix& mix,
          const std::vector<Shop>& shops, Timestamp begin, Measurements& measured,
          TellingAudit* tellings)
      : books_(books),
        ledgers_(ledgers),
        mix_(mix),
        begin_(begin),
        measured_(measured),
        tellings_(tellings) {
    result_.figures.audited = true;
    result_.with_ledgers = ledgers != nullptr;
    for (const Shop& shop : shops) result_.shops.push_back({.name = shop.name});
    result_.relays = books.relays;
    result_.outcome_by_relay.resize(books.relays.size());
    for (const BookEntry& entry : books.entries) by_ordinal_.push_back(&entry);
    std::sort(by_ordinal_.begin(), by_ordinal_.end(),
              [](const BookEntry* a, const BookEntry* b) { return a->ordinal < b->ordinal; });
  }

  AuditResult run(const std::vector<OrderRecord>& records) {
    auto entry = by_ordinal_.begin();
    for (const OrderRecord& record : records) {
      for (; entry != by_ordinal_.end() && (*entry)->ordinal < record.ordinal; ++entry) {
        unexplained(**entry, "is in the books, and nobody ordered it");
      }
      auto end = entry;
      while (end != by_ordinal_.end() && (*end)->ordinal == record.ordinal) ++end;
      check_order(record, entry, end);
      entry = end;
    }
    for (; entry != by_ordinal_.end(); ++entry) {
      unexplained(**entry, "is in the books, and nobody ordered it");
    }
    check_ledgers();
    finish_tellings();
    return std::move(result_);
  }

 private:
  using Place = std::vector<const BookEntry*>::iterator;

  void flaw(std::uint64_t& kind, const std::string& sentence) {
    ++kind;
    ++result_.flaws_count;
    if (result_.flaws.size() < limits::flaws_shown_max) result_.flaws.push_back(sentence);
  }

  void unexplained(const BookEntry& entry, const std::string& what) {
    flaw(result_.figures.unexplained, code_text(entry.code) + " " + what);
  }

  void check_order(const OrderRecord& record, Place entry, Place end) {
    const bool accepted = record.is(OrderRecord::accepted);
    if (accepted) {
      ++result_.acknowledged;
      ShopSums& shop = shop_of(record.ordinal);
      ++shop.told;
      shop.told_amount += mix_.amount(record.ordinal);
    }
    if (entry == end) {
      if (accepted) {
        flaw(result_.figures.lost,
             code_text(record.code) + " was acknowledged and is not in the books");
      }
      return;
    }
    if (end - entry > 1) {
      flaw(result_.figures.twice,
           fmt::format("{} and {} are one order with one idempotency key",
                       code_text((*entry)->code), code_text((*(entry + 1))->code)));
    }
    const BookEntry& booked = **entry;
    if (!accepted) {
      if (!record.is(OrderRecord::unanswered)) {
        return unexplained(booked, "is in the books, and its shop was told that it is not");
      }
      ++result_.unacknowledged;
    } else if (booked.code != record.code) {
      unexplained(booked, "was told to its shop as " + code_text(record.code));
    }
    check_entry(record, booked);
  }

  void check_entry(const OrderRecord& record, const BookEntry& entry) {
    const Wish wish = mix_.wish(record.ordinal);
    ShopSums& shop = result_.shops[entry.shop];
    ++shop.booked;
    shop.booked_amount += entry.amount;
    if (entry.shop != wish.shop || entry.amount != mix_.amount(record.ordinal)) {
      unexplained(entry, "has another shop or amount than was ordered");
    }
    if (!has_outcome(entry.status)) {
      ++result_.open;
      return flaw(result_.figures.lost, fmt::format("{} has no outcome: it is {}",
                                                    code_text(entry.code), name_of(entry.status)));
    }
    // An authorized order may be cancelled; nothing else follows an outcome.
    const bool cancelled_later =
        entry.status == BookStatus::cancelled && entry.was_authorized && entry.outcomes == 2;
    const unsigned expected = entry.status == BookStatus::approval_needed ? 0 : 1;
    if (entry.outcomes != expected && !cancelled_later) {
      flaw(result_.figures.twice,
           fmt::format("{} has {} outcomes", code_text(entry.code), entry.outcomes));
    }
    check_outcome(record, entry, wish);
    if (tellings_ != nullptr) {
      if (const auto wrong = tellings_->check(record, entry, measured_)) {
        unexplained(entry, *wrong + ", and is " + std::string(name_of(entry.status)));
      }
    }
    take_times(entry);
  }

  void check_outcome(const OrderRecord& record, const BookEntry& entry, const Wish& wish) {
    const TestCard& card = test_cards[static_cast<std::size_t>(wish.card)];
    switch (entry.status) {
      case BookStatus::authorized:
        ++result_.authorized;
        result_.shops[entry.shop].authorized += 1;
        result_.shops[entry.shop].authorized_amount += entry.amount;
        if (entry.by_line) result_.shops[entry.shop].by_line_amount += entry.amount;
        if (!card.may_authorize) unexplained(entry, "is authorized with a card that is refused");
        break;
      case BookStatus::refused:
        ++result_.refused;
        // What was in doubt too often is refused after its reversal.
        if (!card.may_refuse && !entry.was_in_doubt) {
          unexplained(entry, "is refused with a card that is usable");
        }
        break;
      case BookStatus::cancelled:
        ++result_.cancelled;
        if (!record.is(OrderRecord::cancel_asked)) {
          unexplained(entry, "is cancelled, which nobody asked for");
        }
        break;
      default:
        ++result_.approval_needed;
    }
    if (record.is(OrderRecord::cancel_confirmed) && entry.status != BookStatus::cancelled) {
      unexplained(entry,
                  fmt::format("was confirmed as cancelled and is {}", name_of(entry.status)));
    }
  }

  void take_times(const BookEntry& entry) {
    if (entry.outcomes == 0) return;
    const Nanoseconds took = entry.outcome_at - entry.received_at;
    const Nanoseconds at = entry.outcome_at - begin_;
    Window& window = measured_.window(at);
    measured_.add(Measure::outcome, took);
    if (entry.relay < result_.outcome_by_relay.size()) {
      result_.outcome_by_relay[entry.relay].add(took);
    }
    if (entry.status == BookStatus::authorized) {
      measured_.add(Measure::authorized, took);
      ++window.authorized;
    } else if (entry.status == BookStatus::refused) {
      measured_.add(Measure::refused, took);
      ++window.refused;
    } else if (entry.status == BookStatus::cancelled) {
      measured_.add(Measure::cancelled, took);
      ++window.cancelled;
    }
  }

  void finish_tellings() {
    if (tellings_ == nullptr) return;
    result_.tellings = tellings_->finish(measured_);
    std::uint64_t* const missing[] = {&result_.figures.untold, &result_.figures.uncalled,
                                      &result_.figures.unmailed};
    for (std::size_t i = 0; i < tellers; ++i) {
      const TellingSums& sums = result_.tellings[i];
      *missing[i] = sums.missing;
      if (sums.unbelieved == 0) continue;
      flaw(result_.figures.unexplained,
           fmt::format("{} {} came that could not be believed", sums.unbelieved, teller_names[i]));
    }
  }

  void check_ledgers() {
    if (ledgers_ == nullptr) return;
    result_.paces = ledgers_->paces();
    for (const LedgerPace& pace : result_.paces) {
      if (pace.kept) continue;
      flaw(result_.figures.unexplained,
           fmt::format("{} got {} authorizations within a second; its pace is {:g}", pace.relay,
                       pace.most_in_second, pace.pace_max));
    }
    const auto& charges = ledgers_->charges();
    for (const auto& [amount, charged] : charges) {
      const BookEntry* const entry = entry_of(amount);
      if (charged.live_most > 1) {
        flaw(result_.figures.charged_twice,
             fmt::format("{} was authorized {} times at once",
                         entry == nullptr ? "an unknown order" : code_text(entry->code),
                         charged.live_most));
      }
      if (entry != nullptr) result_.shops[entry->shop].charged_amount += charged.live * amount;
      if (entry == nullptr && charged.live > 0) {
        flaw(result_.figures.unexplained,
             fmt::format("a relay centre has an authorization of {} of no order in the books",
                         amount));
      }
    }
    for (const BookEntry* entry : by_ordinal_) {
      const auto found = charges.find(entry->amount);
      const unsigned live = found == charges.end() ? 0 : found->second.live;
      const bool stands = entry->status == BookStatus::authorized && entry->by_line;
      if (live == (stands ? 1U : 0U) || !has_outcome(entry->status)) continue;
      unexplained(*entry, fmt::format("is {} in the books, and {} authorizations stand in the "
                                      "ledger",
                                      name_of(entry->status), live));
    }
  }

  const BookEntry* entry_of(std::uint64_t amount) const {
    const std::uint64_t ordinal = amount - mix_.settings().amount_from;
    const auto found = std::lower_bound(
        by_ordinal_.begin(), by_ordinal_.end(), ordinal,
        [](const BookEntry* entry, std::uint64_t wanted) { return entry->ordinal < wanted; });
    return found == by_ordinal_.end() || (*found)->ordinal != ordinal ? nullptr : *found;
  }

  ShopSums& shop_of(std::uint64_t ordinal) { return result_.shops[mix_.wish(ordinal).shop]; }

  const Books& books_;
  const Ledgers* ledgers_;
  const Mix& mix_;
  const Timestamp begin_;
  Measurements& measured_;
  TellingAudit* const tellings_;
  std::vector<const BookEntry*> by_ordinal_;
  AuditResult result_;
};

}  // namespace

AuditResult audit(const std::vector<OrderRecord>& records, const Books& books,
                  const Ledgers* ledgers, const Mix& mix, const std::vector<Shop>& shops,
                  Timestamp begin, Measurements& measured, TellingAudit* tellings) {
  return Auditor(books, ledgers, mix, shops, begin, measured, tellings).run(records);
}

}  // namespace spillway::loadtest
