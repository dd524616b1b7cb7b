// What the actors stand on, and how they find one another. The composition fills these in before
// any actor gets its first message; after that they do not change.
#pragma once

#include <array>
#include <atomic>
#include <functional>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "actors/configuration/configuration.hpp"
#include "actors/messages/interfaces.hpp"
#include "actors/messages/node_interfaces.hpp"
#include "actors/metrics/metrics.hpp"
#include "actors/services/pace_book.hpp"
#include "actors/services/relay_peers.hpp"
#include "actors/services/unserved.hpp"
#include "engine/account/system_ids.hpp"
#include "engine/order/limits.hpp"
#include "net/api/common/order_backend.hpp"
#include "net/api/orders/event_feeds.hpp"
#include "net/api/orders/event_json.hpp"
#include "net/api/orders/receipt.hpp"
#include "net/mail/mail.hpp"
#include "net/relay/relay_connection.hpp"
#include "net/tls/cluster_identity.hpp"
#include "net/webhook/webhook.hpp"
#include "storage/cards/card_keeper.hpp"
#include "storage/journal/journal.hpp"
#include "storage/lmdb/reader_watch.hpp"
#include "storage/members/member_book.hpp"
#include "storage/members/password_hash.hpp"
#include "storage/registry/registry.hpp"
#include "storage/views/views.hpp"

namespace spillway::actors {

// What a first system needs beside the rest when nodes may join it.
struct ClusterServices {
  const net::ClusterIdentity* identity = nullptr;  // none: nobody proves a name; loopback only
  std::vector<std::string> nodes{};                // who may join; empty: everybody with a name
  std::function<std::optional<storage::SecretKey>(storage::Epoch)> card_key{};
  std::function<std::optional<Merchant>(ShopId)> merchant{};  // nothing: nobody knows the shop
};

// The world outside the actors: real in a first system, simulated in tests/simulation.
struct Services {
  const Configuration& configuration;
  storage::Journal& journal;
  storage::Views& views;
  storage::Registry& registry;
  PaceBook& paces;
  net::ApiAnswers& api;
  net::MailPort& mail;
  net::EventFeedPort& feeds;
  const net::EventJson& event_json;
  net::WebhookPort& webhooks;
  std::map<RelayId, net::RelayPort*> lines;
  storage::MemberBook& members;
  // Nothing when there is nobody to tell.
  std::function<std::optional<net::Mail>(OrderNumber, Notice, const Received&, Timestamp)>
      make_mail;
  std::function<void(OrderNumber)> on_escalated;  // the order stands before a person now
  std::function<Timestamp()> now;
  Metrics& metrics;
  std::function<std::string(const net::Receipt&)> sign_receipt{};
  std::function<std::string(OrderNumber)> order_code{};
  storage::CardKeeper* card_keeper = nullptr;  // none: cards' keys have no end
  storage::PasswordCost password_cost{};
  const ClusterServices* cluster = nullptr;  // none: no node can join
  storage::ReaderWatch* readers = nullptr;   // none: nobody else can read the data
  std::function<std::optional<OrderNumber>(std::string_view)> order_number{};  // of a code
  // Whether a shop that a record names is there; none: all are.
  std::function<bool(ShopId)> knows_shop{};
  SystemIds systems{};                 // that the references in the data name, beside this one
  UnservedOrders* unserved = nullptr;  // none: all can be served

  bool has_shop(ShopId shop) const { return !knows_shop || knows_shop(shop); }
  // Whether a reference (field 37) that names this system may be one of ours.
  bool is_ours(SystemId system) const {
    return system.value == configuration.system.id || systems.contains(system);
  }
};

struct Peers {
  ReceptionActor reception;
  JournalWriterActor writer;
  RegistrarActor registrar;
  ProjectorActor projector;
  NotifierActor notifier;
  QueryDeskActor query_desk;
  NodePortActor node_port;  // nobody can knock in a system that no node can join
  ReceiptDeskActor receipt_desk;
  KeyKeeperActor key_keeper;          // none without a CardKeeper
  FileKeeperActor file_keeper;        // none without a ReaderWatch
  RetentionDeskActor retention_desk;  // none when personal data is kept for ever
  EventDeskActor event_desk;
  WebhookDeskActor webhook_desk;
  MemberDeskActor member_desk;
  PasswordDeskActor password_desk;
  PaceDeskActor pace_desk;
  CaseDeskActor case_desk;
  std::vector<OrderShardActor> shards;
  RelayDirectory relays;

  // Orders that were accepted and not yet handed out for authorization, and those between HTTP and
  // their commit: what admission looks at.
  std::atomic<std::int64_t> waiting{0};
};

// Blocks of consecutive numbers share a shard, so that what was accepted together, and is sent
// together, is one message for one shard.
inline std::size_t shard_index(OrderNumber order) {
  return (order.value / limits::order_shard_block) % limits::order_shards;
}

inline const OrderShardActor& shard_of(const Peers& peers, OrderNumber order) {
  return peers.shards[shard_index(order)];
}

// Gathers things per shard and gives each shard its own in one message.
template <class Thing>
class ByShard {
 public:
  void add(OrderNumber order, Thing thing) {
    parts_[shard_index(order)].push_back(std::move(thing));
  }

  // `send(shard, things)` for each shard that has any.
  template <class Send>
  void drain(const Peers& peers, Send send) {
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      if (!parts_[i].empty()) send(peers.shards[i], std::move(parts_[i]));
      parts_[i] = {};
    }
  }

 private:
  std::array<std::vector<Thing>, limits::order_shards> parts_;
};

}  // namespace spillway::actors
