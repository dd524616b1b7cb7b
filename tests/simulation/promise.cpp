#include "tests/simulation/promise.hpp"

#include <algorithm>
#include <iterator>

namespace spillway::simulation {
namespace {

// What became of one order, by the checker's own reading of its facts.
struct Story {
  ShopId shop;
  Money amount;
  std::string key_and_shop;
  std::vector<Reference> references;  // of its attempts, from the first
  std::string outcome;
  Notice notice = Notice::none;
  bool by_line = false;    // the outcome is an authorization of the last attempt
  bool by_person = false;  // and a person said so
  bool open = false;       // nobody can tell what became of the last attempt
  bool unlike = false;     // the issuer holds something else than was asked
  bool wanted = true;      // no cancel was asked for
  bool untold = false;     // the mail of the outcome was given up
};

class Reader {
 public:
  Reader(World& world, std::map<OrderNumber, Story>& stories) : world_(world), stories_(stories) {}

  void read(const storage::StoredEvent& stored) {
    order_ = stored.event.order;
    std::visit([this](const auto& fact) { take(fact); }, stored.event.fact);
  }

 private:
  Story& story() {
    const auto found = stories_.find(order_);
    world_.expect(found != stories_.end(), "a fact stands before its order's reception");
    return stories_[order_];
  }
  void end(const std::string& outcome, Notice notice) {
    Story& ended = story();
    world_.expect(ended.outcome.empty() || outcome == "cancelled",
                  "order " + std::to_string(order_.value) + " is " + outcome + " after it was " +
                      ended.outcome);
    ended.outcome = outcome;
    ended.notice = notice;
    ended.by_line = false;
    ended.untold = false;
  }

  void take(const Received& fact) {
    world_.expect(!stories_.contains(order_), "an order was received twice");
    Story& begun = stories_[order_];
    begun.shop = fact.shop;
    begun.amount = fact.amount;
    if (fact.idempotency.present())
      begun.key_and_shop =
          std::to_string(fact.idempotency.key[0]) + "/" + std::to_string(fact.idempotency.key[1]);
  }
  void take(const Sent& fact) {
    Story& sent = story();
    world_.expect(sent.outcome.empty(), "a request was sent for an order that has its outcome");
    world_.expect(sent.wanted, "a request was sent for an order whose cancel was asked for");
    sent.references.push_back(fact.reference);
    world_.expect(sent.references.size() == fact.attempt.value,
                  "attempts are not counted in order");
  }
  void take(const Answered& fact) {
    Story& answered = story();
    answered.open = false;
    const bool decides_nothing = fact.code == "01" || fact.code == "91";
    const bool whole = fact.code == "00" && !fact.verdict;
    answered.unlike = !whole && !decides_nothing && fact.code != "05";
    if (!answered.wanted) return;
    if (whole) {
      end("authorized", Notice::thanks);
      story().by_line = true;
    } else if (fact.code == "05") {
      end("refused", Notice::refusal);
    }
  }
  void take(const FellInDoubt&) { story().open = true; }
  void take(const Reversed& fact) {
    Story& reversed = story();
    if (fact.attempt.value != reversed.references.size()) return;
    reversed.open = false;
    if (reversed.unlike && reversed.wanted && reversed.outcome.empty())
      end("refused", Notice::refusal);
  }
  void take(const CaseResolved& fact) {
    Story& resolved = story();
    const bool last = fact.attempt.value == resolved.references.size();
    const bool decides = last && (resolved.open || resolved.unlike) && resolved.wanted;
    if (fact.outcome == CaseOutcome::authorized) {
      world_.expect(decides, "a person authorized an order that was in no doubt");
      end("authorized", Notice::thanks);
      story().by_line = story().by_person = true;
    } else if (decides && resolved.outcome.empty()) {
      end("refused", Notice::refusal);
    }
    if (last) resolved.open = resolved.unlike = false;
  }
  void take(const ApprovalObtained&) { end("authorized", Notice::thanks); }
  void take(const ApprovalRefused&) { end("refused", Notice::reorder); }
  void take(const AttemptsUsedUp&) { end("refused", Notice::refusal); }
  void take(const NoticeRefused&) { story().untold = true; }
  void take(const CancelRequested&) { story().wanted = false; }
  void take(const Cancelled&) { end("cancelled", Notice::cancellation); }
  template <class Other>
  void take(const Other&) {}

  World& world_;
  std::map<OrderNumber, Story>& stories_;
  OrderNumber order_;
};

std::string name(OrderNumber order) {
  return "order " + std::to_string(order.value);
}

void check_outcomes(World& world, const std::map<OrderNumber, Story>& stories) {
  std::map<std::string, OrderNumber> keys;
  for (const auto& [order, story] : stories) {
    world.expect(!story.outcome.empty(), name(order) + " has no outcome");
    if (story.key_and_shop.empty()) continue;
    world.expect(keys.emplace(story.key_and_shop, order).second,
                 name(order) + " has the idempotency key of another order");
  }
}

// What left the journal left whole, once it had come to its end, and its line says what was.
void check_books(World& world, const Evidence& evidence,
                 const std::map<OrderNumber, Story>& stories) {
  for (const auto& [order, line] : evidence.journal.books()) {
    const auto found = stories.find(order);
    world.expect(found != stories.end(), "the books have a line of no order");
    if (found == stories.end()) continue;
    const Story& story = found->second;
    world.expect(line.shop == story.shop && line.amount == story.amount &&
                     to_text(line.outcome) == story.outcome,
                 "the line of " + name(order) + " in the books is not what has become of it");
    world.expect(story.by_line ? line.charged == story.references.back() : line.charged.empty(),
                 "the line of " + name(order) + " in the books names another charge");
    for (const Reference& reference : line.reversed)
      world.expect(
          reference != line.charged && std::ranges::count(story.references, reference) == 1,
          "the line of " + name(order) + " in the books names a strange reversal");
  }
  for (std::uint64_t n = 1; n <= evidence.journal.last().value; ++n) {
    const Event event = evidence.journal.ever(RecordNumber{n}).event;
    const bool is_removal = std::holds_alternative<OrdersRemoved>(event.fact);
    const bool has_left = !is_removal && evidence.journal.books().contains(event.order);
    world.expect(evidence.journal.read(RecordNumber{n}).has_value() != has_left,
                 "records of " + name(event.order) + " were left behind, or are lost");
  }
}

void check_receipts(World& world, const Evidence& evidence,
                    const std::map<OrderNumber, Story>& stories) {
  for (const ShopWorld::Wish& wish : evidence.shops.wishes()) {
    for (const OrderNumber order : wish.orders) {
      const auto found = stories.find(order);
      if (found == stories.end()) {
        world.expect(false, name(order) + " was acknowledged and is lost");
        continue;
      }
      world.expect(
          found->second.shop == wish.shop && found->second.amount.minor_units == wish.amount,
          name(order) + " is not what its shop ordered");
      if (wish.cancel_confirmed && wish.orders.size() == 1)
        world.expect(found->second.outcome == "cancelled",
                     name(order) + " was confirmed as cancelled and is " + found->second.outcome);
    }
  }
}

bool was_approved_whole(const Evidence& evidence, const Reference& reference) {
  return std::ranges::any_of(evidence.relays, [&](const auto& each) {
    const auto found = each.second->ledger().find(reference);
    return found != each.second->ledger().end() && found->second.whole;
  });
}

void check_ledgers(World& world, const Evidence& evidence,
                   const std::map<OrderNumber, Story>& stories) {
  std::map<OrderNumber, std::vector<Reference>> live;
  for (const auto& [id, relay] : evidence.relays) {
    for (const auto& [reference, authorization] : relay->ledger()) {
      const auto parts = parse_reference(reference);
      if (parts->system != evidence.configuration.system.id) continue;  // another system's order
      const OrderNumber order = parts->order;
      const auto found = stories.find(order);
      if (found == stories.end()) {
        world.expect(false, "the relay centre knows an order that we do not");
        continue;
      }
      world.expect(authorization.amount == found->second.amount,
                   name(order) + " was authorized for another amount");
      world.expect(
          std::ranges::find(found->second.references, reference) != found->second.references.end(),
          name(order) + " was sent before that was written");
      if (authorization.live) live[order].push_back(reference);
    }
  }
  for (const auto& [order, story] : stories) {
    const auto& charged = live[order];
    if (story.by_line && !story.by_person)
      world.expect(was_approved_whole(evidence, story.references.back()),
                   name(order) + " is authorized, and that is not what was approved");
    if (story.by_line)
      world.expect(charged.size() == 1 && charged.front() == story.references.back(),
                   name(order) + " is authorized and " + std::to_string(charged.size()) +
                       " authorizations stand");
    else
      world.expect(charged.empty(), name(order) + " is " + story.outcome + " and charged");
  }
}

void check_mails(World& world, const Evidence& evidence,
                 const std::map<OrderNumber, Story>& stories) {
  // Of a member who has gone, or is going, nobody can be told.
  const auto nobody_is_there = [&](OrderNumber order) {
    const Event received = evidence.journal.ever(RecordNumber{order.value}).event;
    const MemberWorld::Member* member =
        evidence.members.find(std::get<Received>(received.fact).member);
    return member && member->closing;
  };
  for (const auto& [order, story] : stories) {
    const std::string mail = mail_id(order, story.notice);
    const bool told = evidence.mails.settled().contains(mail) ||
                      (story.untold && evidence.mails.denied().contains(mail));
    world.expect(nobody_is_there(order) || told,
                 "the buyer of " + name(order) + " was never told that it is " + story.outcome);
  }
}

// Whoever comes again with the last id it saw misses nothing and sees nothing twice; and the last
// that a shop saw of an order is what has become of it.
void check_streams(World& world, const Evidence& evidence) {
  std::map<OrderNumber, ShopEvent> last;
  const auto stays = [&](RecordNumber record) {
    return !evidence.journal.books().contains(evidence.journal.ever(record).event.order);
  };
  for (const auto& [shop, all_seen] : evidence.events.seen()) {
    std::vector<RecordNumber> seen;
    std::ranges::copy_if(all_seen, std::back_inserter(seen), stays);
    std::set<RecordNumber> taken;
    std::ranges::copy_if(evidence.webhooks.taken(shop), std::inserter(taken, taken.end()), stays);
    std::vector<RecordNumber> expected;
    for (const ShopEvent& event : evidence.views.events(shop, RecordNumber{}, SIZE_MAX)) {
      expected.push_back(event.record);
      world.expect(event.version == last[event.order].version + 1,
                   "the versions of an order's events do not count");
      last[event.order] = event;
    }
    world.expect(seen == expected, "a stream missed an event, or had one twice");
    world.expect(taken == std::set<RecordNumber>(expected.begin(), expected.end()),
                 "a webhook's receiver missed an event, or had another shop's");
  }
  for (const auto& [number, row] : evidence.views.rows())
    world.expect(last[number].status == row.state.status,
                 "a shop did not see on its stream what has become of " + name(number));
}

void check_paces(World& world, const Evidence& evidence) {
  for (const actors::RelaySettings& relay : evidence.configuration.relays)
    evidence.paces.check(world, relay,
                         evidence.relays.at(relay.id)->arrivals(owner_of(evidence.configuration)));
}

void check_views(World& world, const Evidence& evidence) {
  std::vector<storage::StoredEvent> events;
  evidence.journal.read_from(RecordNumber{1}, SIZE_MAX / 2, events);
  MemoryViews fresh;
  fresh.project(events);
  world.expect(evidence.views.position() == evidence.journal.last(), "the views are behind");
  bool equal = fresh.rows().size() == evidence.views.rows().size();
  for (const auto& [number, row] : fresh.rows()) {
    const auto found = evidence.views.rows().find(number);
    equal = equal && found != evidence.views.rows().end() && found->second.state == row.state;
  }
  world.expect(equal, "the views differ from a fresh replay");
}

}  // namespace

std::string owner_of(const actors::Configuration& configuration) {
  return "system " + std::to_string(configuration.system.id);
}

std::string mail_id(OrderNumber order, Notice notice) {
  return std::to_string(order.value) + "." + std::string(to_text(notice));
}

void check_promise(World& world, const Evidence& evidence) {
  std::map<OrderNumber, Story> stories;
  Reader reader(world, stories);
  for (std::uint64_t n = 1; n <= evidence.journal.last().value; ++n)
    reader.read(evidence.journal.ever(RecordNumber{n}));
  check_outcomes(world, stories);
  check_books(world, evidence, stories);
  check_receipts(world, evidence, stories);
  check_ledgers(world, evidence, stories);
  check_mails(world, evidence, stories);
  check_streams(world, evidence);
  check_paces(world, evidence);
  check_views(world, evidence);
  world.expect(evidence.journal.vault().empty(), "a card is kept longer than it is needed");
}

}  // namespace spillway::simulation
