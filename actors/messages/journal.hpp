// What goes to the journal and what comes back when it is durable.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/typed_actor.hpp>

#include "engine/base/ids.hpp"
#include "storage/journal/journal.hpp"

namespace spillway::actors {
struct Appended;
struct CardsResealed;
struct PersonalErased;
struct ClosedRemoved;
struct FreedScrubbed;
}  // namespace spillway::actors
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(spillway::actors::Appended)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(spillway::actors::CardsResealed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(spillway::actors::PersonalErased)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(spillway::actors::ClosedRemoved)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(spillway::actors::FreedScrubbed)

namespace spillway::actors {

// The client's Appends that one commit made durable, in the order it sent them; `first` is the
// number of the first record of each.
struct Appended {
  struct Batch {
    std::uint64_t token = 0;
    RecordNumber first;
  };
  std::vector<Batch> batches;
};

// Whoever appends takes this.
using JournalClient = caf::typed_actor<caf::reacts_to<Appended>>;

// A client's batches are committed in the order it sent them.
struct Append {
  JournalClient client;
  std::uint64_t token = 0;
  std::vector<storage::Entry> entries;
};

struct CommitBatch {};

// The system stops: what came before this shall be durable. Held on to until it is.
struct FinishWriting {
  std::shared_ptr<void> waiting;
};

// The cards are on disk under their new key.
struct CardsResealed {};
using CardsClient = caf::typed_actor<caf::reacts_to<CardsResealed>>;

// Cards that waited so long that their key is to be destroyed.
struct ResealCards {
  CardsClient client;
  std::vector<storage::ResealedCard> cards;
};

// Of so many orders the personal data has left the journal.
struct PersonalErased {
  std::size_t orders = 0;
};
using ErasureClient = caf::typed_actor<caf::reacts_to<PersonalErased>>;

// Orders whose personal data is to leave the journal now. They must be closed.
struct ErasePersonal {
  ErasureClient client;
  std::vector<OrderNumber> orders;
};

// They have left the journal, by this record.
struct ClosedRemoved {
  std::size_t orders = 0;
  RecordNumber record;
};
using RemovalClient = caf::typed_actor<caf::reacts_to<ClosedRemoved>>;

// Closed orders that are to leave the journal now; their shards have released them.
struct RemoveClosed {
  RemovalClient client;
  std::vector<storage::LeavingOrder> orders;
};

// A piece of what the journal has freed was written over, or the last of it.
struct FreedScrubbed {
  bool all = false;
};
using ScrubClient = caf::typed_actor<caf::reacts_to<FreedScrubbed>>;

// Write over a piece of what the journal has freed.
struct ScrubFreed {
  ScrubClient client;
};

struct JournalGrew {
  RecordNumber last;
};

struct ProjectNext {};

// The views have reached this record.
struct Projected {
  RecordNumber position;
};

}  // namespace spillway::actors
