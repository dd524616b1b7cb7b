#include "actors/first_system.hpp"

#include <chrono>
#include <cstdlib>
#include <deque>
#include <thread>

#include <caf/actor_system.hpp>

#include "actors/actor_threads.hpp"
#include "actors/log.hpp"
#include "actors/metrics.hpp"
#include "actors/order_engine.hpp"
#include "actors/order_gateway.hpp"
#include "actors/status.hpp"
#include "net/eml_mail.hpp"
#include "net/http_server.hpp"
#include "net/iso8583_connection.hpp"
#include "net/notice_mail.hpp"
#include "net/order_api.hpp"
#include "net/smtp_mail.hpp"
#include "storage/card_vault.hpp"
#include "storage/data_folder.hpp"
#include "storage/keyring.hpp"
#include "storage/lmdb_journal.hpp"
#include "storage/lmdb_views.hpp"
#include "storage/recovery.hpp"

namespace spillway::actors {
namespace {

Timestamp civil_now() {
  return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

std::optional<std::string> master_key_from_environment() {
  const char* text = std::getenv(storage::Keyring::environment_name);
  return text ? std::optional<std::string>(text) : std::nullopt;
}

net::RelayOptions relay_options(const Configuration& configuration, const RelaySettings& relay) {
  net::RelayOptions options;
  options.host = relay.address.host;
  options.port = relay.address.port;
  options.acquirer = relay.acquirer;
  for (const ShopSettings& shop : configuration.shops) options.merchants[shop.id] = shop.merchant;
  return options;
}

Result<net::ApiKeys> operator_keys(const Configuration& configuration) {
  std::vector<net::ShopKey> keys;
  for (const std::string& hash : configuration.operators.key_hashes) keys.push_back({{}, hash});
  return net::ApiKeys::from(keys);
}

Result<net::ApiKeys> api_keys(const Configuration& configuration) {
  std::vector<net::ShopKey> keys;
  for (const ShopSettings& shop : configuration.shops)
    for (const std::string& hash : shop.key_hashes) keys.push_back({shop.id, hash});
  return net::ApiKeys::from(keys);
}

Result<net::NoticeTemplates> templates(const Configuration& configuration) {
  if (configuration.mail.templates_folder.empty()) return net::built_in_templates();
  return net::load_templates(configuration.mail.templates_folder);
}

}  // namespace

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

 private:
  Result<void> open_mail();
  net::OrderApiOptions api_options(net::ApiKeys shop_keys, net::ApiKeys operators);
  Services services();
  net::Mail make_mail(OrderNumber order, Notice notice, const Received& received, Timestamp at);
  void wait_for_answers();

  const Configuration configuration;
  Metrics metrics;

  // The data.
  std::optional<storage::Keyring> keys;
  std::unique_ptr<storage::CardVault> vault;
  std::unique_ptr<storage::IdempotencyHash> idempotency;
  std::unique_ptr<storage::LmdbJournal> journal;
  std::unique_ptr<storage::Views> views;
  std::optional<OrderCodes> codes;
  storage::Recovered recovered;

  // The wires. Mail has a loop of its own, since libcurl may block one for a moment.
  net::EventLoop relay_loop{"relay-lines"};
  net::EventLoop mail_loop{"mail"};
  std::deque<net::Iso8583Connection> lines;
  std::unique_ptr<net::MailPort> mail;
  net::NoticeTemplates mail_templates;

  // The actors, and the way in.
  ActorThreads threads;
  caf::actor_system actors{threads};
  Peers peers;
  std::unique_ptr<OrderGateway> gateway;
  std::unique_ptr<net::OrderApi> api;
  std::unique_ptr<net::HttpServer> server;
  std::unique_ptr<OrderEngine> engine;
  std::atomic<bool> ready{false};
  bool down = false;

  friend class FirstSystem;
};

Result<void> FirstSystem::Parts::open_data() {
  const std::filesystem::path& data = configuration.server.data;
  auto keyring = storage::Keyring::open(data, master_key_from_environment());
  if (!keyring) return keyring.error();
  keys.emplace(std::move(*keyring));
  vault = std::make_unique<storage::CardVault>(*keys);
  idempotency = std::make_unique<storage::IdempotencyHash>(*keys);
  codes.emplace(keys->order_codes());

  auto opened = storage::LmdbJournal::open(storage::journal_folder(data), *keys);
  if (!opened) return opened.error();
  journal = std::move(*opened);
  auto opened_views = storage::open_views(storage::views_folder(data), *keys, *journal);
  if (!opened_views) return opened_views.error();
  views = std::move(*opened_views);
  recovered = storage::recover(*journal, *views, civil_now());
  return {};
}

Result<void> FirstSystem::Parts::open_mail() {
  auto loaded = templates(configuration);
  if (!loaded) return loaded.error();
  mail_templates = std::move(*loaded);
  if (configuration.mail.server) {
    const SmtpServer& settings = *configuration.mail.server;
    net::SmtpOptions options;
    options.url = settings.url;
    options.user = settings.user;
    options.password = settings.password;
    auto opened = net::SmtpMail::open(mail_loop, std::move(options));
    if (!opened) return opened.error();
    mail = std::move(*opened);
  } else {
    auto opened = net::EmlMail::open(mail_loop, outbox_folder(configuration));
    if (!opened) return opened.error();
    mail = std::move(*opened);
  }
  return {};
}

Result<void> FirstSystem::Parts::open_wires() {
  for (const RelaySettings& relay : configuration.relays) {
    net::RelayOptions options = relay_options(configuration, relay);
    if (auto good = net::check(options); !good)
      return Error{"relay centre " + relay.name + ": " + good.error().message};
    lines.emplace_back(relay_loop, std::move(options), *vault);
  }
  return open_mail();
}

Services FirstSystem::Parts::services() {
  std::map<RelayId, net::RelayPort*> ports;
  for (std::size_t i = 0; i < lines.size(); ++i) ports[configuration.relays[i].id] = &lines[i];
  return {configuration,
          *journal,
          *views,
          *api,
          *mail,
          std::move(ports),
          [this](OrderNumber order, Notice notice, const Received& received, Timestamp at) {
            return make_mail(order, notice, received, at);
          },
          [this](OrderNumber order) {
            log(LogLevel::warning, "order_escalated", {{"order", codes->encode(order)}});
          },
          civil_now,
          metrics};
}

net::Mail FirstSystem::Parts::make_mail(OrderNumber order, Notice notice, const Received& received,
                                        Timestamp at) {
  const ShopSettings& shop = shop_settings(configuration, received.shop);
  return net::make_notice(notice, received, at, codes->encode(order), {shop.name, shop.mail_from},
                          mail_templates);
}

net::OrderApiOptions FirstSystem::Parts::api_options(net::ApiKeys shop_keys,
                                                     net::ApiKeys operators) {
  std::map<RelayId, std::string> names;
  for (const RelaySettings& relay : configuration.relays) names[relay.id] = relay.name;
  net::ServiceProbes probes;
  probes.health = [] { return net::ServiceState{}; };
  probes.readiness = [this] {
    if (!ready) return net::ServiceState{false, "starting or stopping"};
    if (!journal->has_room_for_orders())
      return net::ServiceState{false, "the space left is kept for the outcomes of orders"};
    return net::ServiceState{};
  };
  probes.metrics = [this] { return metrics.to_prometheus_text(); };
  probes.status = [this] { return status_json(metrics, ready, civil_now()); };
  net::OrderApiOptions options{*codes, std::move(shop_keys), std::move(names), std::move(probes),
                               civil_now};
  for (const RelaySettings& relay : configuration.relays)
    options.companies.insert(options.companies.end(), relay.companies.begin(),
                             relay.companies.end());
  options.operators = std::move(operators);
  return options;
}

Result<void> FirstSystem::Parts::bring_up() {
  auto shop_keys = api_keys(configuration);
  if (!shop_keys) return shop_keys.error();
  auto operators = operator_keys(configuration);
  if (!operators) return operators.error();
  net::HttpServerOptions options;
  options.address = configuration.server.listen.host;
  options.port = configuration.server.listen.port;
  options.loops = static_cast<std::uint32_t>(configuration.server.loops);

  gateway = std::make_unique<OrderGateway>(configuration, *vault, *idempotency, civil_now, peers,
                                           configuration.server.loops);
  api = std::make_unique<net::OrderApi>(api_options(std::move(*shop_keys), std::move(*operators)),
                                        *gateway);
  server = std::make_unique<net::HttpServer>(std::move(options), *api);
  api->attach(*server);
  metrics.http_counts = [this] { return server->counts(); };
  engine = std::make_unique<OrderEngine>(actors, services(), peers, std::move(recovered),
                                         Threading::own_threads);
  // The last step: from here on orders come in.
  if (auto listening = server->start(); !listening) return listening.error();
  ready = true;
  return {};
}

void FirstSystem::Parts::wait_for_answers() {
  const auto outstanding = [this] {
    std::int64_t sum = 0;
    for (const RelayMetrics& relay : metrics.relays) sum += relay.outstanding.value();
    return sum;
  };
  const auto give_up = std::chrono::steady_clock::now() + limits::shutdown_answers_max;
  while (outstanding() > 0 && std::chrono::steady_clock::now() < give_up)
    std::this_thread::sleep_for(limits::relay_tick);
}

void FirstSystem::Parts::take_down() {
  if (down) return;
  down = true;
  ready = false;
  if (server) server->stop();
  if (engine) {
    engine->hold();
    wait_for_answers();
    engine->stop();
    actors.await_all_actors_done();
    engine.reset();
  }
}

Result<std::unique_ptr<FirstSystem>> FirstSystem::start(const Configuration& configuration) {
  auto parts = std::make_unique<Parts>(configuration);
  for (auto step : {&Parts::open_data, &Parts::open_wires, &Parts::bring_up}) {
    if (auto done = (parts.get()->*step)(); !done) {
      parts->take_down();
      return done.error();
    }
  }
  log(LogLevel::info, "ready",
      {{"listen", to_text(Address{configuration.server.listen.host, parts->port()})},
       {"journal_last", parts->journal->last().value}});
  return std::unique_ptr<FirstSystem>(new FirstSystem(std::move(parts)));
}

FirstSystem::FirstSystem(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

FirstSystem::~FirstSystem() {
  stop();
}

void FirstSystem::stop() {
  parts_->take_down();
}

std::uint16_t FirstSystem::port() const {
  return parts_->port();
}

}  // namespace spillway::actors
