#include "actors/start/order_engine.hpp"

#include <algorithm>

#include <caf/send.hpp>
#include <caf/spawn_options.hpp>

#include "actors/accounts/member_desk.hpp"
#include "actors/accounts/password_desk.hpp"
#include "actors/accounts/registrar.hpp"
#include "actors/base/waiting.hpp"
#include "actors/cluster/node_port.hpp"
#include "actors/cluster/rate_lender.hpp"
#include "actors/cluster/sharing_desk.hpp"
#include "actors/journal/file_keeper.hpp"
#include "actors/journal/journal_writer.hpp"
#include "actors/journal/key_keeper.hpp"
#include "actors/journal/projector.hpp"
#include "actors/journal/retention_desk.hpp"
#include "actors/orders/case_desk.hpp"
#include "actors/orders/order_shard.hpp"
#include "actors/orders/query_desk.hpp"
#include "actors/orders/receipt_desk.hpp"
#include "actors/orders/reception.hpp"
#include "actors/relay/authorization_queue_actor.hpp"
#include "actors/relay/in_doubt_desk.hpp"
#include "actors/relay/pace_desk.hpp"
#include "actors/relay/rate_limiter.hpp"
#include "actors/relay/relay_line.hpp"
#include "actors/relay/shard_line_host.hpp"
#include "actors/telling/event_desk.hpp"
#include "actors/telling/notifier.hpp"
#include "actors/telling/webhook_desk.hpp"
#include "engine/order/limits.hpp"

namespace spillway::actors {

// What the wires tell, turned into messages.
class OrderEngine::MailEars : public net::MailListener {
 public:
  explicit MailEars(NotifierActor notifier) : notifier_(std::move(notifier)) {}
  void on_delivery(std::uint64_t id, net::DeliveryReport report) override {
    caf::anon_send(notifier_, MailReturned{id, std::move(report)});
  }

 private:
  NotifierActor notifier_;
};

class OrderEngine::FeedEars : public net::EventFeedListener {
 public:
  FeedEars(const storage::Views& views, EventDeskActor desk)
      : views_(views), desk_(std::move(desk)) {}

  // "From now on" is what the views have reached before the client hears that it listens: what it
  // does after that is projected later.
  RecordNumber on_feed_opened(ShopId shop, std::optional<RecordNumber> after,
                              net::Ticket feed) override {
    const RecordNumber reached = views_.position();
    const RecordNumber begin = after ? std::min(*after, reached) : reached;
    caf::anon_send(desk_, EventFeedOpened{shop, begin, feed});
    return begin;
  }
  void on_feed_drained(net::Ticket feed) override { caf::anon_send(desk_, EventFeedDrained{feed}); }
  void on_feed_closed(net::Ticket feed) override { caf::anon_send(desk_, EventFeedClosed{feed}); }

 private:
  const storage::Views& views_;
  EventDeskActor desk_;
};

class OrderEngine::WebhookEars : public net::WebhookListener {
 public:
  explicit WebhookEars(WebhookDeskActor desk) : desk_(std::move(desk)) {}
  void on_result(std::uint64_t id, net::WebhookResult result) override {
    caf::anon_send(desk_, WebhookReturned{id, std::move(result)});
  }

 private:
  WebhookDeskActor desk_;
};

OrderEngine::OrderEngine(caf::actor_system& system, const Services& services, Peers& peers,
                         storage::Recovered recovered, Threading threading)
    : services_(services), peers_(peers) {
  spawn(system, recovered, threading);
  resume(recovered);
  listen();
}

void OrderEngine::spawn(caf::actor_system& system, const storage::Recovered& recovered,
                        Threading threading) {
  // Everybody is there before anybody is told anything, so all may rely on Peers being whole.
  if (threading == Threading::own_threads) {
    peers_.writer = system.spawn<JournalWriter, caf::detached>(services_, peers_);
    peers_.registrar = system.spawn<Registrar, caf::detached>(services_);
    peers_.member_desk = system.spawn<MemberDesk, caf::detached>(services_, peers_);
    peers_.password_desk = system.spawn<PasswordDesk, caf::detached>(services_, peers_, true);
    peers_.projector = system.spawn<Projector, caf::detached>(services_, peers_, true);
    peers_.receipt_desk = system.spawn<ReceiptDesk, caf::detached>(services_);
  } else {
    peers_.writer = system.spawn<JournalWriter>(services_, peers_);
    peers_.registrar = system.spawn<Registrar>(services_);
    peers_.member_desk = system.spawn<MemberDesk>(services_, peers_);
    peers_.password_desk = system.spawn<PasswordDesk>(services_, peers_, false);
    peers_.projector = system.spawn<Projector>(services_, peers_, false);
    peers_.receipt_desk = system.spawn<ReceiptDesk>(services_);
  }
  for (std::size_t i = 0; i < limits::order_shards; ++i)
    peers_.shards.push_back(system.spawn<OrderShard>(services_, peers_));
  relays_ = services_.configuration.relays;
  for (RelaySettings& relay : relays_) {
    relay.pacing = services_.paces.in_force(relay);
    relay.sharing = services_.paces.sharing_in_force(relay);
    relay.paused = services_.paces.pause(relay.id) != nullptr;
    RelayPeers& peers = peers_.relays.add(relay.id);
    RelayMetrics& metrics = services_.metrics.relay(relay.id);
    metrics.paused.set(relay.paused ? 1 : 0);
    if (services_.cluster != nullptr && relay.contract_pace)
      peers.rate_keeper = peers.lender = system.spawn<RateLender>(peers, relay, metrics);
    peers.limiter = system.spawn<RateLimiter>(peers, relay, metrics);
    peers.queue = system.spawn<AuthorizationQueueHost>(services_, peers_, relay);
    peers.line =
        system.spawn<RelayLine>(std::make_unique<ShardLineHost>(services_, peers_, relay.id), peers,
                                *services_.lines.at(relay.id), relay, metrics);
    peers.desk = system.spawn<InDoubtDesk>(services_, peers_, relay);
    peers.takers = {peers.desk, peers.queue};
    if (services_.cluster != nullptr) peers.nodes = system.spawn<SharingDesk>(peers, relay.id);
  }
  if (services_.card_keeper != nullptr)
    peers_.key_keeper = system.spawn<KeyKeeper, caf::detached>(services_, peers_);
  if (services_.readers != nullptr) peers_.file_keeper = system.spawn<FileKeeper>(services_);
  if (services_.configuration.retention.any())
    peers_.retention_desk = threading == Threading::own_threads
                                ? system.spawn<RetentionDesk, caf::detached>(services_, peers_)
                                : system.spawn<RetentionDesk>(services_, peers_);
  peers_.notifier = system.spawn<Notifier>(services_, peers_);
  peers_.event_desk = system.spawn<EventDesk>(services_);
  peers_.webhook_desk = system.spawn<WebhookDesk>(services_, peers_);
  peers_.pace_desk = system.spawn<PaceDesk>(services_, peers_);
  peers_.case_desk = system.spawn<CaseDesk>(services_, peers_);
  peers_.query_desk = system.spawn<QueryDesk>(services_);
  peers_.node_port = system.spawn<NodePort>(services_, peers_);
  peers_.reception = system.spawn<Reception>(services_, peers_, recovered.idempotency);
}

void OrderEngine::resume(storage::Recovered& recovered) {
  for (auto& [relay, orders] : recovered.waiting) {
    peers_.waiting.fetch_add(static_cast<std::int64_t>(orders.size()));
    caf::anon_send(peers_.relays.configured(relay).queue, Enqueue{std::move(orders)});
  }
  // Sent before the stop and unanswered: nobody can tell whether the relay centre has them.
  ByShard<UnansweredOrder> outstanding;
  for (const OrderState& order : recovered.outstanding)
    outstanding.add(order.number, {order.number, order.attempt, DoubtReason::restart});
  outstanding.drain(peers_, [](const auto& shard, std::vector<UnansweredOrder> orders) {
    caf::anon_send(shard, OrdersUnanswered{std::move(orders)});
  });

  std::map<RelayId, std::vector<Doubt>> doubts;
  for (const OrderState& order : recovered.in_doubt)
    for (const Doubt& doubt : open_doubts(order)) doubts[order.relay].push_back(doubt);
  for (auto& [relay, list] : doubts)
    caf::anon_send(peers_.relays.configured(relay).desk, SettleDoubts{std::move(list)});
  services_.metrics.escalated.set(static_cast<std::int64_t>(recovered.for_a_person.size()));
  CasesChanged cases;
  for (const OrderState& order : recovered.for_a_person) cases.opened.push_back(open_case(order));
  caf::anon_send(peers_.case_desk, std::move(cases));

  std::vector<DueNotice> notices;
  notices.reserve(recovered.notices_due.size());
  for (const auto& due : recovered.notices_due)
    notices.push_back({due.order, due.notice, false, due.since, due.shop});
  std::ranges::stable_sort(notices, {}, &DueNotice::since);
  caf::anon_send(peers_.notifier, NoticesDue{std::move(notices)});
}

void OrderEngine::listen() {
  mail_ears_ = std::make_unique<MailEars>(peers_.notifier);
  services_.mail.start(*mail_ears_);
  feed_ears_ = std::make_unique<FeedEars>(services_.views, peers_.event_desk);
  services_.feeds.start(*feed_ears_);
  webhook_ears_ = std::make_unique<WebhookEars>(peers_.webhook_desk);
  services_.webhooks.start(*webhook_ears_);
  for (const auto& [relay, line] : services_.lines) {
    line_ears_.push_back(std::make_unique<LineEars>(peers_.relays.configured(relay).line));
    line->start(*line_ears_.back());
  }
}

std::vector<std::future<void>> OrderEngine::hold() {
  std::vector<std::future<void>> answered;
  for (const auto& [id, relay] : peers_.relays) {
    const auto all_back = std::make_shared<std::promise<void>>();
    answered.push_back(all_back->get_future());
    caf::anon_send(relay.limiter, HoldPermits{all_back});
  }
  // Kept when the last link lets go.
  Waiting nodes = make_waiting();
  caf::anon_send(peers_.node_port, HoldNodes{std::move(nodes.held)});
  answered.push_back(std::move(nodes.over));
  return answered;
}

std::future<void> OrderEngine::finish_writing() {
  Waiting durable = make_waiting();
  const FinishWriting message{std::move(durable.held)};
  for (const auto& shard : peers_.shards) caf::anon_send(shard, message);
  return std::move(durable.over);
}

OrderEngine::~OrderEngine() = default;

void OrderEngine::stop() {
  for (const auto& [relay, line] : services_.lines) line->stop();
  services_.mail.stop();
  services_.feeds.stop();
  services_.webhooks.stop();
  const auto end = [](const auto& actor) {
    caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
  };
  end(peers_.reception);
  end(peers_.receipt_desk);
  end(peers_.node_port);
  if (services_.card_keeper != nullptr) end(peers_.key_keeper);
  if (services_.readers != nullptr) end(peers_.file_keeper);
  if (services_.configuration.retention.any()) end(peers_.retention_desk);
  end(peers_.query_desk);
  end(peers_.case_desk);
  end(peers_.event_desk);
  end(peers_.webhook_desk);
  end(peers_.member_desk);
  end(peers_.password_desk);
  end(peers_.pace_desk);
  end(peers_.notifier);
  for (const auto& [id, relay] : peers_.relays) {
    end(relay.queue);
    end(relay.limiter);
    end(relay.line);
    end(relay.desk);
    if (services_.cluster != nullptr) end(relay.nodes);
    if (relay.lender) end(relay.lender);
  }
  for (const auto& shard : peers_.shards) end(shard);
  end(peers_.projector);
  end(peers_.writer);
  end(peers_.registrar);
}

}  // namespace spillway::actors
