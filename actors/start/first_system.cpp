#include "actors/start/first_system.hpp"

#include <chrono>

#include "actors/base/log.hpp"
#include "actors/documents/status.hpp"
#include "actors/start/first_system_parts.hpp"
#include "engine/base/clock.hpp"
#include "engine/pacing/limits.hpp"

namespace spillway::actors {

namespace {

Result<net::ApiKeys> operator_keys(const Configuration& configuration) {
  std::vector<net::ShopKey> keys;
  for (const std::string& hash : configuration.operators.key_hashes) keys.push_back({{}, hash});
  return net::ApiKeys::from(keys);
}

}  // namespace

net::OrderApiOptions FirstSystem::Parts::api_options(net::ApiKeys operators) {
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
  net::OrderApiOptions options{*codes, shops->directory(), std::move(names), std::move(probes),
                               civil_now};
  for (const RelaySettings& relay : configuration.relays)
    options.companies.insert(options.companies.end(), relay.companies.begin(),
                             relay.companies.end());
  options.operators = std::move(operators);
  std::vector<net::ReceiptPublicKey> receipt_keys = keys->past_signing();
  receipt_keys.insert(receipt_keys.begin(), signer->public_key());
  options.receipt_keys = net::jwk_set(receipt_keys);
  options.control = &control;
  options.was_given = [this](RecordNumber number) { return journal->was_given(number); };
  options.members = member_gateway.get();
  options.acceptance = &metrics.acceptance_duration;
  options.repeats = &*keyed_answers;
  return options;
}

Result<void> FirstSystem::Parts::bring_up() {
  auto operators = operator_keys(configuration);
  if (!operators) return operators.error();
  auto tls = server_tls();
  if (!tls) return tls.error();
  net::HttpServerOptions options;
  options.tls = std::move(*tls);
  options.address = configuration.server.listen.host;
  options.port = configuration.server.listen.port;
  options.loops = static_cast<std::uint32_t>(configuration.server.loops);

  gateway = std::make_unique<OrderGateway>(configuration, *vault, *idempotency, civil_now, peers,
                                           configuration.server.loops, metrics);
  member_gateway = std::make_unique<MemberGateway>(*members, *vault, civil_now, peers);
  const auto was_given = [this](RecordNumber number) { return journal->was_given(number); };
  feeds = std::make_unique<net::EventFeeds>(event_json->ids(), was_given);
  keyed_answers.emplace(*registry, *idempotency, civil_now);
  api = std::make_unique<net::OrderApi>(api_options(std::move(*operators)), *gateway, *feeds);
  keyed_answers->answer_through(*api);
  server = std::make_unique<net::HttpServer>(std::move(options), *api);
  api->attach(*server);
  metrics.feed_counts = [this] { return feeds->counts(); };
  metrics.http_counts = [this] { return server->counts(); };
  metrics.answer_counts = [this] { return api->answer_counts(); };
  metrics.orders_set_aside = [this] { return unserved.set_aside(); };
  shops->keep_places(recovered);
  engine = std::make_unique<OrderEngine>(actors, services(), peers, std::move(recovered),
                                         Threading::own_threads);
  open_desks();
  if (cluster) {
    const auto opened = open_node_port(actors, configuration.cluster, peers.node_port);
    if (!opened) return opened.error();
    log(LogLevel::info, "nodes_welcome",
        {{"listen", to_text(Address{configuration.cluster.listen->host, *opened})}});
  }
  // The last step: from here on orders come in.
  if (auto listening = server->start(); !listening) return listening.error();
  ready = true;
  return {};
}

void FirstSystem::Parts::take_down() {
  if (down) return;
  down = true;
  ready = false;
  if (server) server->stop();
  if (engine) {
    const auto give_up = std::chrono::steady_clock::now() + limits::shutdown_answers_max;
    for (const std::future<void>& answered : engine->hold()) answered.wait_until(give_up);
    // What was answered last is not to be in doubt at the next start.
    engine->finish_writing().wait_for(limits::shutdown_answers_max);
    close_desks();
    engine->stop();
    actors.await_all_actors_done();
    see_ends_of_actors();
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

void FirstSystem::reload_tls() {
  parts_->reload_tls();
}

std::uint16_t FirstSystem::port() const {
  return parts_->port();
}

}  // namespace spillway::actors
