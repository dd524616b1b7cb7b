// What a first system is made of. Only the files first_system*.cpp see it.
#pragma once

#include <deque>

#include <caf/actor_system.hpp>

#include "actors/actor_threads.hpp"
#include "actors/control_gateway.hpp"
#include "actors/first_system.hpp"
#include "actors/keyed_answers.hpp"
#include "actors/member_gateway.hpp"
#include "actors/metrics.hpp"
#include "actors/order_engine.hpp"
#include "actors/order_gateway.hpp"
#include "actors/shop_book.hpp"
#include "actors/thread_sanitizer.hpp"
#include "net/http_server.hpp"
#include "net/iso8583_connection.hpp"
#include "net/notice_mail.hpp"
#include "net/order_api.hpp"
#include "net/receipt.hpp"
#include "net/webhook_sender.hpp"
#include "storage/card_vault.hpp"
#include "storage/keyring.hpp"
#include "storage/lmdb_journal.hpp"
#include "storage/lmdb_registry.hpp"
#include "storage/lmdb_views.hpp"
#include "storage/member_book.hpp"
#include "storage/recovery.hpp"

namespace spillway::actors {

Timestamp civil_now();

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
