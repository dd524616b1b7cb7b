// Every message between our actors. They carry batches: what one actor has for another at the end
// of a turn goes as one message. They stay inside the process and are never printed or serialised.
#pragma once

#include <cstdint>
#include <vector>

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/typed_actor.hpp>

#include "engine/authorization_queue.hpp"
#include "engine/order.hpp"
#include "net/mail.hpp"
#include "net/order_backend.hpp"
#include "net/relay_connection.hpp"
#include "storage/entry.hpp"
#include "storage/views.hpp"

namespace spillway::actors {
struct Appended;
}
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(spillway::actors::Appended)

namespace spillway::actors {

// ---- Accepting ----

// A checked order on its way to the journal, its record encoded and its card sealed.
struct IncomingOrder {
  net::Ticket ticket;
  storage::Entry entry;
  IdempotencyMark idempotency;
  RelayId relay;
  ShopId shop;
  Money amount;
};

struct ReceiveOrders {
  std::vector<IncomingOrder> orders;
};

// ---- Journal ----

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

struct JournalGrew {
  RecordNumber last;
};

struct ProjectNext {};

// The views have reached this record.
struct Projected {
  RecordNumber position;
};

// ---- Pacing ----

enum class PermitUse : std::uint8_t { settlement = 0, authorization = 1 };

// The sender wants this many permits now; replaces what it wanted before.
struct WantPermits {
  PermitUse use{};
  std::size_t count = 0;
};

// Each permit is good for one request and ends as returned or as done.
struct Permits {
  std::size_t count = 0;
};
struct PermitsReturned {
  std::size_t count = 0;
};
struct PermitsDone {
  std::size_t count = 0;
};

// No further permits: the system stops.
struct HoldPermits {};

struct LineIsUp {};
struct LineIsDown {
  net::LineLoss loss{};
};

struct Tick {};
struct PaceTick {};

// ---- Authorizing ----

struct Enqueue {
  std::vector<WaitingOrder> orders;
};

struct EnqueueLater {
  WaitingOrder order;
  Duration delay{};
};

// Takes the order out of the queue; answered with Withdrawn, whether it was there or not. What the
// queue had handed out before reaches the shard before that answer.
struct Withdraw {
  OrderNumber order;
};
struct Withdrawn {
  OrderNumber order;
};

struct AuthorizeOrders {
  RelayId relay;
  std::vector<WaitingOrder> orders;
};

// One request for the line, and whose it is.
struct LineRequest {
  net::RelayMessage message{};
  OrderNumber order;
  Attempt attempt;
  Reference reference;
  std::uint32_t stan = 0;
  std::uint32_t trace = 0;
  Timestamp sent_at;
  Money amount;
  ShopId shop;
};

struct SendRequests {
  std::vector<LineRequest> requests;
};

struct LineReplies {
  std::vector<net::RelayReply> replies;
};

struct AnsweredOrder {
  OrderNumber order;
  LineAnswer answer;
};
struct OrdersAnswered {
  std::vector<AnsweredOrder> orders;
};

struct UnansweredOrder {
  OrderNumber order;
  Attempt attempt;
  DoubtReason reason{};
};
struct OrdersUnanswered {
  std::vector<UnansweredOrder> orders;
};

// ---- Settling what is in doubt ----

// One attempt to be settled, by a repeat or by a reversal.
struct Doubt {
  OrderNumber order;
  Attempt attempt;
  bool reverse = false;
  Reference reference;
  std::uint32_t stan = 0;
  Timestamp sent_at;
  Money amount;
  ShopId shop;
};

struct SettleDoubts {
  std::vector<Doubt> doubts;
};

struct DoubtSettled {
  OrderNumber order;
  Attempt attempt;
};

struct ReversalReply {
  OrderNumber order;
  Attempt attempt;
  std::uint32_t trace = 0;  // of the try that is answered
  ResponseCode code;        // empty: no answer came
};
struct ReversalsAnswered {
  std::vector<ReversalReply> replies;
};

// A repeat got no answer in time.
struct RepeatsUnanswered {
  std::vector<UnansweredOrder> orders;
};

struct AttemptReversed {
  OrderNumber order;
  Attempt attempt;
  ResponseCode code;
};

struct EscalateDoubt {
  OrderNumber order;
  Attempt attempt;
  std::uint16_t tries = 0;
};

// ---- Telling ----

struct DueNotice {
  OrderNumber order;
  Notice notice{};        // none: what was due is not due any more
  bool replaces = false;  // an earlier notice of the order may still stand in the outbox
};
struct NoticesDue {
  std::vector<DueNotice> notices;
};

struct MailReturned {
  std::uint64_t id = 0;
  net::Delivery delivery{};
};

struct NoticeDone {
  OrderNumber order;
  Notice notice{};
  bool delivered = false;  // otherwise the server refused it for good
};
struct NoticesDone {
  std::vector<NoticeDone> notices;
};

// ---- Asking ----

struct InquireOrder {
  ShopId shop;
  OrderNumber order;
  net::Ticket ticket;
};

struct CancelOrder {
  ShopId shop;
  OrderNumber order;
  net::Ticket ticket;
};

struct RecordApproval {
  ShopId shop;
  OrderNumber order;
  bool approved = false;
  ApprovalCode approval_code;
  net::Ticket ticket;
};

struct ListOrders {
  ShopId shop;
  net::OrderFilter filter;
  net::Ticket ticket;
};

}  // namespace spillway::actors
