// The journal: every fact, in the order it was decided, each record numbered, sealed and versioned;
// and beside it the vault's sealed cards, in the same transactions. It is the truth; everything
// else can be rebuilt from it.
//
// Threads: `commit` from one thread only; the rest from any.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "storage/journal/book_line.hpp"
#include "storage/journal/entry.hpp"
#include "storage/journal/record_chain.hpp"

namespace spillway::storage {

struct StoredCard {
  OrderNumber order;
  SealedCard card;
};

// A card that is to be kept under another key.
struct ResealedCard {
  OrderNumber order;
  SealedCard before;
  SealedCard after;
};

// A closed order that is to leave the journal: all of its records, and what stays of it.
struct LeavingOrder {
  BookLine line;
  std::vector<RecordNumber> records;  // rising
};

class Journal {
 public:
  virtual ~Journal() = default;

  // Writes the groups in one transaction, one after the other, and returns when it is on disk:
  // the number of the first record; the others follow without gaps. When the disk does not take
  // it, the process stops: nobody may answer from an uncertain commit.
  virtual RecordNumber commit(std::span<const std::span<const Entry>> groups) = 0;

  // False when the space left is kept for the outcomes of what was accepted.
  virtual bool has_room_for_orders() const = 0;

  virtual RecordNumber last() const = 0;  // the last one committed; 0 when empty

  // Nothing for a number that is not there, or not any more. A record that is damaged stops the
  // process: it is never served.
  virtual std::optional<StoredEvent> read(RecordNumber number) const = 0;

  // Appends the next `count` records from `from` on, leaving out those that were removed. The last
  // one of the journal never is.
  virtual void read_from(RecordNumber from, std::size_t count,
                         std::vector<StoredEvent>& out) const = 0;

  // The link of the chain that stands for the commit of this record, which must be there.
  virtual ChainLink link_of(RecordNumber number) const = 0;

  // The sealed cards of these orders, in their order; nothing for those that are gone.
  virtual std::vector<std::optional<SealedCard>> cards(
      std::span<const OrderNumber> orders) const = 0;

  // Up to `count` cards of the orders from `first` on, in the order of their numbers.
  virtual std::vector<StoredCard> cards_from(OrderNumber first, std::size_t count) const = 0;

  // Puts these cards in the place of those that they were made from; one that is gone stays gone.
  // In one transaction without a record, on disk when it returns. On the thread that commits.
  virtual void reseal_cards(std::span<const ResealedCard> cards) = 0;

  // Takes member, buyer and items out of these orders' records, and keeps of each what the chain
  // knows it by. Says of how many: once done, or of no order, counts as nothing. In one
  // transaction, on disk when it returns. On the thread that commits. What LMDB freed holds the old
  // record until `scrub_some` has done all; copies of the journal hold it for as long as there are
  // any.
  virtual std::size_t erase_personal(std::span<const OrderNumber> orders) = 0;

  // Takes all records of these orders out, by their numbers, puts their lines into the books, and
  // writes a record that says so, whose number is the result. In one transaction, on disk when it
  // returns. On the thread that commits. Nobody may append an event of theirs any more.
  virtual RecordNumber remove_orders(std::span<const LeavingOrder> orders, Timestamp at) = 0;

  // What stayed of an order that was removed; nothing for any other.
  virtual std::optional<BookLine> book_line(OrderNumber order) const = 0;

  // Writes over what the journal has freed, a piece of it, a few milliseconds; true when all that
  // was freed before the first piece is done. On the thread that commits.
  virtual bool scrub_some() = 0;
};

}  // namespace spillway::storage
