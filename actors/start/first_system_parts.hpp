// What a first system is made of. Only the files first_system*.cpp see it.
#pragma once

#include <deque>

#include <caf/actor_system.hpp>

#include "actors/accounts/control_gateway.hpp"
#include "actors/accounts/member_gateway.hpp"
#include "actors/accounts/shop_book.hpp"
#include "actors/base/thread_sanitizer.hpp"
#include "actors/metrics/metrics.hpp"
#include "actors/orders/order_gateway.hpp"
#include "actors/services/keyed_answers.hpp"
#include "actors/start/actor_threads.hpp"
#include "actors/start/first_system.hpp"
#include "actors/start/order_engine.hpp"
#include "engine/base/clock.hpp"
#include "net/api/orders/receipt.hpp"
#include "net/api/routing/order_api.hpp"
#include "net/mail/notice_mail.hpp"
#include "net/relay/iso8583_connection.hpp"
#include "net/server/http_server.hpp"
#include "net/webhook/webhook_sender.hpp"
#include "storage/cards/card_vault.hpp"
#include "storage/journal/lmdb_journal.hpp"
#include "storage/keys/keyring.hpp"
#include "storage/members/member_book.hpp"
#include "storage/registry/lmdb_registry.hpp"
#include "storage/views/lmdb_views.hpp"
#include "storage/views/recovery.hpp"

namespace spillway::actors {

// Members stand in the order in which they come up; each may lean on those above it.
class FirstSystem::Parts {
 public:
  explicit Parts(const Configuration& configuration_given)
      : configuration(configuration_given), metrics(configuration, civil_now) {}

  Result<void> open_data();
  Result<void> open_wires();
  Result<void> bring_up();
  void take_down();
  std::uint16_t port() const { return server->port(); }
  void reload_tls();

 private:
  Result<void> open_mail();
  Result<void> open_cluster();
  Result<std::shared_ptr<const net::TlsContext>> server_tls();  // null: in the clear
  void note_certificate(const net::TlsContext& context);
  net::OrderApiOptions api_options(net::ApiKeys operators);
  void open_desks();
  void close_desks();
  Services services();
  std::optional<Merchant> merchant_of(ShopId shop) const;  // nothing: nobody knows the shop
  std::optional<net::Mail> make_mail(OrderNumber order, Notice notice, const Received& received,
                                     Timestamp at);
  Result<void> open_members();
  // Sorts out what the configuration has nobody for, and says so.
  void look_over_recovered();
  std::optional<Buyer> buyer_of(const Received& received) const;

  const Configuration configuration;
  Metrics metrics;

  // The data.
  std::optional<storage::Keyring> keys;
  std::unique_ptr<storage::CardVault> vault;
  std::unique_ptr<storage::IdempotencyHash> idempotency;
  std::unique_ptr<storage::LmdbJournal> journal;
  std::unique_ptr<storage::CardKeeper> card_keeper;
  std::unique_ptr<storage::LmdbViews> views;
  std::unique_ptr<storage::LmdbRegistry> registry;
  std::optional<storage::ReaderWatch> readers;
  std::unique_ptr<ShopBook> shops;
  std::unique_ptr<storage::MemberKeyFile> member_keys;
  std::unique_ptr<storage::MemberBook> members;
  std::optional<PaceBook> paces;
  std::optional<OrderCodes> codes;
  std::optional<net::ReceiptSigner> signer;
  std::optional<net::EventJson> event_json;
  storage::Recovered recovered;
  UnservedOrders unserved;
  SystemIds systems;

  // The wires. Mail has a loop of its own, since libcurl may block one for a moment.
  net::EventLoop relay_loop{"relay-lines"};
  net::EventLoop mail_loop{"mail"};
  std::deque<net::Iso8583Connection> lines;
  std::unique_ptr<net::MailPort> mail;
  net::NoticeTemplates mail_templates;
  net::WebhookSender webhooks{{.reach = configuration.webhooks.reach}};

  // Where nodes join.
  std::optional<net::ClusterIdentity> identity;
  std::optional<ClusterServices> cluster;

  // The actors, and the way in.
  ActorThreads threads{configuration.cluster.listen ? &configuration.cluster : nullptr};
  UnseenUntilHere actors_begin;
  caf::actor_system actors{threads};
  UnseenFromHere actors_end;
  Peers peers;
  std::unique_ptr<OrderGateway> gateway;
  std::optional<KeyedAnswers> keyed_answers;
  ControlDesks desks;
  ControlGateway control{desks};
  std::unique_ptr<net::EventFeeds> feeds;
  std::unique_ptr<MemberGateway> member_gateway;
  std::unique_ptr<net::OrderApi> api;
  std::unique_ptr<net::HttpServer> server;
  std::unique_ptr<OrderEngine> engine;
  std::atomic<bool> ready{false};
  bool down = false;

  friend class FirstSystem;
};

}  // namespace spillway::actors
