// The outcome mails that are due: the rules of who goes next, who waits, and for how long.
//
// A mail that is put off for its recipient's or its own sake waits alone, with its own growing
// back-off, and holds no other up: first tries go before retries, which have a few places of their
// own. A sender (a shop) whose mails the server does not take pauses and is probed with one mail at
// a time; so does everything while the server is away. A mail that is slow keeps its connection and
// no place among those that go as they should. Senders take turns.
//
// What ends a mail: it was taken; it was refused for good; it has been put off for
// limits::mail_deferred_max since it was due. A pause ends none, however long it lasts.
//
// A refusal that may be about us ("denied") is believed once another mail of the same sender has
// been taken, lately or since; until then the mail is put off. A refusal of the sender while others
// of it are taken is about that one mail.
//
// Everything is in memory: what is due stands in the journal. `now` is monotonic, `civil` is the
// time of day of the same moment.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/base/ids.hpp"
#include "engine/base/time.hpp"
#include "engine/order/delivery.hpp"
#include "engine/order/order.hpp"
#include "engine/telling/limits.hpp"

namespace spillway {

// 24 bytes each: there may be millions while a mail server is away.
struct DueMail {
  OrderNumber order;
  Timestamp since;  // when it became due
  ShopId shop;
  Notice notice{};
  friend bool operator==(const DueMail&, const DueMail&) = default;
};
static_assert(sizeof(DueMail) == 24);

// Why all mails, or those of a sender, wait.
struct MailTrouble {
  MonotonicTime since;
  std::string reason;  // the last
};

enum class MailState : std::uint8_t { due = 1, deferred = 2, sending = 3 };
std::string_view to_text(MailState state);

// A mail as people see it.
struct WaitingMail {
  DueMail mail;
  MailState state = MailState::due;
  std::uint32_t tries = 0;  // that came to nothing for its own sake
  std::optional<MonotonicTime>
      next_at;         // the next try; nothing: it is under way, or takes its turn
  std::string reason;  // why it waits, as far as that is known
};

class Outbox {
 public:
  Outbox();

  // `replaces`: an earlier notice of the order may still be here, and is not due any more.
  void add(const DueMail& mail, bool replaces);
  // What was due of the order is not due any more.
  void take_back(OrderNumber order);

  // The next to go out now, under way from here on. Nothing: all have to wait.
  struct Taken {
    std::uint64_t id = 0;
    DueMail mail;
  };
  std::optional<Taken> take(MonotonicTime now);

  // When `take` may have something without anything else happening; nothing: not of itself.
  std::optional<MonotonicTime> next_at(MonotonicTime now) const;

  enum class Fate : std::uint8_t {
    delivered = 1,  // its end
    refused = 2,    // its end: it will never be
    waits = 3,
    replaced = 4,  // another took its place meanwhile, or it was dropped
    unknown = 5,   // no mail of this number is under way
  };
  struct Returned {
    Fate fate = Fate::unknown;
    DueMail mail{};
    std::uint32_t tries = 0;  // with this one, when it was for the mail's own sake
    bool too_long = false;    // refused since it was put off for so long
  };
  Returned returned(std::uint64_t id, const DeliveryReport& report, MonotonicTime now,
                    Timestamp civil);

  // One that was taken ended without the server being asked.
  void end(std::uint64_t id);

  // What a person asks for. `retry`: at once, whatever pauses. False: it does not wait here.
  bool retry(OrderNumber order, MonotonicTime now);
  enum class Dropped : std::uint8_t { gone = 1, under_way = 2, unknown = 3 };
  Dropped drop(OrderNumber order);

  // In the order of their orders' numbers, after `after`, at most `count`.
  std::vector<WaitingMail> list(std::optional<MailState> state, OrderNumber after,
                                std::size_t count, MonotonicTime now) const;

  // The one of that order, of which no other has taken the place.
  std::optional<WaitingMail> find(OrderNumber order, MonotonicTime now) const;

  std::size_t size() const { return fresh_ + deferred_.size() + under_way_.size(); }
  std::size_t deferred() const { return deferred_.size(); }
  std::size_t under_way() const { return under_way_.size(); }
  // Since when the one that is due longest is.
  std::optional<Timestamp> oldest() const;
  const std::optional<MailTrouble>& server_trouble() const { return server_.trouble; }
  const std::optional<MailTrouble>& sender_trouble(ShopId shop) const;

 private:
  struct Deferred {
    DueMail mail;
    std::uint32_t tries = 0;
    MonotonicTime first_failed{};
    MonotonicTime next_at{};
    std::string reason{};
  };
  struct Flight {
    Deferred put_off;  // with no tries: for the first time
    MonotonicTime begun{};
    bool replaced = false;
  };
  struct Pause {
    std::uint32_t failures = 0;  // in a row, one a pause
    MonotonicTime until{};
    std::optional<MailTrouble> trouble{};

    void begin(MonotonicTime now, const std::string& reason, std::uint64_t seed);
    void end() { *this = {}; }
  };
  struct Sender {
    std::deque<DueMail> fresh;                            // never tried, or not for their own sake
    std::set<std::pair<MonotonicTime, OrderNumber>> due;  // deferred ones, by their next try
    Pause pause;
    std::optional<MonotonicTime> delivered_at;  // the last time
    std::size_t under_way = 0;
  };

  using DeferredMails = std::map<OrderNumber, Deferred>;

  void replace(OrderNumber order, Notice notice);
  bool is_replaced(const DueMail& mail) const;
  DueMail pop_fresh(Sender& sender);
  void put_off(Deferred mail);
  Deferred release(DeferredMails::iterator found);
  // Under way and not slow.
  std::size_t quick(MonotonicTime now, bool retries_only) const;
  bool retries_have_room(MonotonicTime now) const;
  std::optional<Deferred> next_of(Sender& sender, MonotonicTime now);
  void give_back(Deferred mail, MonotonicTime now);
  void judge(Flight& flight, Returned& back, const DeliveryReport& report, MonotonicTime now,
             Timestamp civil);
  void defer(Flight& flight, Returned& back, const DeliveryReport& report, MonotonicTime now,
             Timestamp civil, bool may_end);
  std::deque<DueMail>::iterator find_fresh(Sender& sender, OrderNumber order) const;
  bool is_under_way(OrderNumber order) const;
  WaitingMail shown(const DueMail& mail, MonotonicTime now) const;
  WaitingMail shown(const Deferred& mail, MonotonicTime now) const;

  std::map<ShopId, Sender> senders_;
  ShopId served_last_;     // the sender after which the next turn begins
  std::size_t fresh_ = 0;  // over all senders, replaced ones among them
  DeferredMails deferred_;
  std::set<std::pair<Timestamp, OrderNumber>> deferred_since_;
  std::map<std::uint64_t, Flight> under_way_;
  std::uint64_t next_id_ = 1;
  Pause server_;
  std::size_t together_;  // may be under way, but for slow ones
  // Orders of which an older notice may still stand among the fresh: the one that is due now.
  std::unordered_map<OrderNumber, Notice> replaced_;
};

}  // namespace spillway
