// Every actor of a first system, a sentence a message.
#pragma once

#include <caf/typed_actor.hpp>

#include "actors/messages/local_messages.hpp"

namespace spillway::actors {

// Takes checked orders, refuses what there is no room for or what came before, and answers the
// rest once the journal has them.
using ReceptionActor =
    caf::typed_actor<caf::reacts_to<ReceiveOrders>,         // number, journal, and answer these
                     caf::reacts_to<RefuseUnlessRepeated>,  // answer it as what it repeats
                     caf::reacts_to<Appended>>;  // these orders are durable: answer, and let them
                                                 // wait for authorization

// Signs the answers of those who asked for it.
using ReceiptDeskActor =
    caf::typed_actor<caf::reacts_to<MakeReceipts>>;  // sign and answer for these durable orders

// The one writer of the journal: commits all that came in while it committed the last.
using JournalWriterActor =
    caf::typed_actor<caf::reacts_to<Append>,         // write these with the next commit
                     caf::reacts_to<ResealCards>,    // keep these cards under another key
                     caf::reacts_to<ErasePersonal>,  // take these orders' personal data out
                     caf::reacts_to<RemoveClosed>,   // take these orders out whole
                     caf::reacts_to<ScrubFreed>,     // write over a piece of what that has freed
                     caf::reacts_to<FinishWriting>,  // commit at once: the system stops
                     caf::reacts_to<CommitBatch>>;   // commit what has gathered (to itself)

// Takes the personal data of closed orders out of the journal when its time is over, and later the
// orders.
using RetentionDeskActor =
    caf::typed_actor<caf::reacts_to<Tick>,            // look for what is due (to itself)
                     caf::reacts_to<PersonalErased>,  // go on with the next
                     caf::reacts_to<ClosedReleased>,  // a shard has let go of these
                     caf::reacts_to<ClosedRemoved>,   // go on with the next
                     caf::reacts_to<FreedScrubbed>>;  // go on with the next piece

// The one writer of the registry: commits all that came in while it committed the last.
using RegistrarActor =
    caf::typed_actor<caf::reacts_to<RegisterChanges>,  // make these with the next commit
                     caf::reacts_to<CommitChanges>>;   // commit what has gathered (to itself)

// Sees to it that the keys of cards end.
using KeyKeeperActor = caf::typed_actor<caf::reacts_to<Tick>,  // see what is due (to itself)
                                        caf::reacts_to<CardsResealed>>;  // go on with the cards

// Looks at who reads the data files.
using FileKeeperActor = caf::typed_actor<caf::reacts_to<Tick>>;  // look (to itself)

// Keeps the views up with the journal.
using ProjectorActor =
    caf::typed_actor<caf::reacts_to<JournalGrew>,   // there is more to project
                     caf::reacts_to<ProjectNext>>;  // go on projecting (to itself)

// What waits at one relay centre, and what of it may leave.
using AuthorizationQueueActor =
    caf::typed_actor<caf::reacts_to<Enqueue>,       // new orders, in the order of their numbers
                     caf::reacts_to<EnqueueLater>,  // an order due for a new attempt after a while
                     caf::reacts_to<IssuersAnswered>,  // these orders are not to come back
                     caf::reacts_to<Withdraw>,         // an order was cancelled
                     caf::reacts_to<Permits>,          // so many orders may be sent now
                     caf::reacts_to<ChangePacing>,     // other orders may leave from now on
                     caf::reacts_to<ChangeSharing>,    // so much by nodes from now on
                     caf::reacts_to<ChangePause>,  // nothing may leave from now on, or may again
                     caf::reacts_to<NodesBear>,    // what the nodes get done together
                     caf::reacts_to<LineIsUp>,     // this machine's own line can send
                     caf::reacts_to<LineIsDown>,   // it cannot
                     caf::reacts_to<Tick>>;  // an order that had to come back later is due, or
                                             // what has gathered may leave (to itself)

// Gives out permits at the pace that one relay centre bears and within its line's room; settlements
// go first.
using RateLimiterActor =
    caf::typed_actor<caf::reacts_to<WantPermits>,      // this many are wanted now
                     caf::reacts_to<PermitsReturned>,  // permits that led to no request
                     caf::reacts_to<PermitsDone>,   // permits whose requests have left the line's
                                                    // window, and how the relay centre did
                     caf::reacts_to<ChangePacing>,  // at another rate from now on
                     caf::reacts_to<HoldPermits>,   // give no more: the system stops
                     caf::reacts_to<LineIsUp>,      // requests can be sent
                     caf::reacts_to<LineIsDown>,    // none can
                     caf::reacts_to<Tick>>;         // the pace allows more (to itself)

// Hosts the orders whose numbers fall to it: the only one who decides about them.
using OrderShardActor = caf::typed_actor<
    caf::reacts_to<AuthorizeOrders>,   // send a new attempt for each that still wants one
    caf::reacts_to<OrdersAnswered>,    // the relay centre answered
    caf::reacts_to<OrdersUnanswered>,  // it did not, or nobody can tell
    caf::reacts_to<AttemptReversed>,   // a reversal was acknowledged
    caf::reacts_to<EscalateDoubt>,     // an attempt does not settle
    caf::reacts_to<Withdrawn>,         // the queue holds the order no more
    caf::reacts_to<NoticesDone>,       // mails were taken by the server
    caf::reacts_to<InquireOrder>,      // a shop asks
    caf::reacts_to<CancelOrder>,       // a shop cancels
    caf::reacts_to<RecordApproval>,    // a shop tells what the card company said
    caf::reacts_to<ResolveCase>,       // an operator tells what stands at the issuer
    caf::reacts_to<ReleaseClosed>,     // let go of these, which are to leave the journal
    caf::reacts_to<FinishWriting>,     // hand it on behind all that was decided: the system stops
    caf::reacts_to<Appended>,          // what was decided is durable: let it be seen
    caf::reacts_to<Projected>>;        // orders at rest since before this record may be forgotten

// The line to one relay centre: knows what is outstanding and for how long.
using RelayLineActor =
    caf::typed_actor<caf::reacts_to<SendRequests>,  // each holds a permit
                     caf::reacts_to<LineIsUp>,      // signed on
                     caf::reacts_to<LineIsDown>,    // what is outstanding is in doubt
                     caf::reacts_to<LineNotMade>,   // a try came to nothing
                     caf::reacts_to<TlsFailed>,     // a person may have to look at certificates
                     caf::reacts_to<MessagesPassedOver>,  // a person may have to look at them
                     caf::reacts_to<LineReplies>,         // answers, in any order, late or twice
                     caf::reacts_to<ChangePacing>,        // at another rate from now on
                     caf::reacts_to<Tick>,       // look for answers that are overdue (to itself)
                     caf::reacts_to<PaceTick>>;  // the pace allows more (to itself)

// Settles what is in doubt at one relay centre, by repeats or reversals until one is acknowledged;
// none waits for another.
using InDoubtDeskActor =
    caf::typed_actor<caf::reacts_to<SettleDoubts>,       // settle these attempts
                     caf::reacts_to<DoubtSettled>,       // the shard knows the answer: stop
                     caf::reacts_to<ReversalsAnswered>,  // the relay centre answered reversals, or
                                                         // did not
                     caf::reacts_to<RepeatsUnanswered>,  // repeats got no answer
                     caf::reacts_to<Permits>,            // so many may be sent now
                     caf::reacts_to<Tick>>;              // some are due again (to itself)

// Brings due notices to the mail server, as many at a time as it takes, and shows operators what
// waits.
using NotifierActor =
    caf::typed_actor<caf::reacts_to<NoticesDue>,     // mails to be sent
                     caf::reacts_to<MailReturned>,   // how one went
                     caf::reacts_to<HandleControl>,  // an operator asks
                     caf::reacts_to<Registered>,     // what was written down is durable: answer
                     caf::reacts_to<Tick>>;          // mails to be tried again are due (to itself)

// Feeds the streams of events, each at its reader's pace.
using EventDeskActor =
    caf::typed_actor<caf::reacts_to<EventFeedOpened>,   // a shop listens
                     caf::reacts_to<EventFeedDrained>,  // a stream has room for its next piece
                     caf::reacts_to<EventFeedClosed>,   // nobody listens there any more
                     caf::reacts_to<Projected>>;        // there may be new events

// Sends shops their events by webhook, each endpoint in its own time.
using WebhookDeskActor =
    caf::typed_actor<caf::reacts_to<HandleControl>,    // a shop sets webhooks up, or looks at them
                     caf::reacts_to<WebhookReturned>,  // how a delivery went
                     caf::reacts_to<Projected>,        // there may be new events
                     caf::reacts_to<Registered>,       // what was changed is durable: tell it
                     caf::reacts_to<Tick>>;  // some are due again, places are to be written (to
                                             // itself)
// Decides about members: registration, log-in, what is known of them, the end of their accounts.
using MemberDeskActor =
    caf::typed_actor<caf::reacts_to<AskMembers>,       // a shop or a member asks
                     caf::reacts_to<PasswordsHashed>,  // a password was compared or hashed
                     caf::reacts_to<Registered>>;      // a change is durable: publish and answer

// Hashes passwords, one at a time, on a thread that gives way to all others.
using PasswordDeskActor =
    caf::typed_actor<caf::reacts_to<HashPasswords>>;  // compare one, hash another

// Shows operators what stands before a person, and takes their word on it.
using CaseDeskActor =
    caf::typed_actor<caf::reacts_to<HandleControl>,  // an operator asks, or resolves a case
                     caf::reacts_to<CasesChanged>,   // cases have come, or gone
                     caf::reacts_to<Registered>,     // the audit log has a word: take it
                     caf::reacts_to<CaseSettled>>;   // the order's shard has taken it: answer

// Answers lists from the views, and what operators ask of orders and of the audit log.
using QueryDeskActor =
    caf::typed_actor<caf::reacts_to<ListOrders>,     // a shop lists its orders
                     caf::reacts_to<SearchOrders>,   // an operator looks for orders
                     caf::reacts_to<TellOrder>,      // an operator wants one order's story
                     caf::reacts_to<HandleControl>,  // an operator reads the audit log
                     caf::reacts_to<Projected>,      // the views hold more
                     caf::reacts_to<Tick>>;  // read on for a story, or some have waited too long
                                             // (to itself)

// Shows the relay centres, sets their paces, how their work is shared and whether they are paused,
// as operators ask.
using PaceDeskActor =
    caf::typed_actor<caf::reacts_to<HandleControl>,  // an operator asks
                     caf::reacts_to<Registered>>;    // paces are durable: go by them, and answer

// Makes and changes shops and their keys as operators ask.
using ShopDeskActor =
    caf::typed_actor<caf::reacts_to<HandleControl>,  // an operator asks
                     caf::reacts_to<Registered>,     // the change under way is durable: publish it
                     caf::reacts_to<ShopsTaken>>;    // every loop goes by it: answer

}  // namespace spillway::actors
