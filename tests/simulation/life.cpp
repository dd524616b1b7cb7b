#include "tests/simulation/life.hpp"

#include <charconv>

#include "tests/simulation/promise.hpp"

namespace spillway::simulation {
namespace {

storage::Secret<16> test_key() {
  storage::Secret<16> key;
  key.bytes.fill(7);
  return key;
}

// As `order_code` below writes it.
std::optional<OrderNumber> order_in(std::string_view code) {
  OrderNumber order;
  const auto read = std::from_chars(code.data(), code.data() + code.size(), order.value);
  if (read.ec != std::errc{} || read.ptr != code.data() + code.size()) return std::nullopt;
  return order;
}

actors::PaceBook open_paces(const Surroundings& around) {
  auto paces = actors::PaceBook::open(around.configuration, around.registry);
  around.world.expect(paces.has_value(), "a pace that was set cannot be read");
  return std::move(*paces);
}

}  // namespace

Life::Life(const Surroundings& around)
    : paces_(open_paces(around)),
      metrics_(around.configuration, [&world = around.world] { return world.civil_now(); }),
      book_(around.registry, around.members.keys(), MemberWorld::secret()),
      engine_([&] {
        scheduler().clock().current_time = around.world.now();
        storage::Recovered recovered =
            storage::recover(around.journal, around.views, around.world.civil_now());
        around.shops.count_open_orders(recovered);
        return std::make_unique<actors::OrderEngine>(actors_.system(), services(around), peers_,
                                                     std::move(recovered),
                                                     actors::Threading::one_thread);
      }()),
      idempotency_(test_key()),
      gateway_(
          around.configuration, seal_, idempotency_,
          [&world = around.world] { return world.civil_now(); }, peers_, 1, metrics_),
      member_gateway_(
          book_, seal_, [&world = around.world] { return world.civil_now(); }, peers_) {}

void Life::ask_pace_desk(net::ControlRequest request) {
  caf::anon_send(peers_.pace_desk, actors::HandleControl{std::move(request)});
}

void Life::ask_case_desk(net::ControlRequest request) {
  caf::anon_send(peers_.case_desk, actors::HandleControl{std::move(request)});
}

Life::~Life() {
  engine_->stop();
  scheduler().run();
}

actors::Services Life::services(const Surroundings& around) {
  std::map<RelayId, net::RelayPort*> lines;
  for (auto& [id, relay] : around.relays)
    lines[id] = &relay->new_line(owner_of(around.configuration));
  return {around.configuration,
          around.journal,
          around.views,
          around.registry,
          paces_,
          around.answers,
          around.mails.new_port(),
          around.events.new_port(),
          event_json_,
          around.webhooks.new_port(),
          std::move(lines),
          book_,
          [this, around](OrderNumber order, Notice notice, const Received& received, Timestamp at) {
            return make_mail(around, order, notice, received, at);
          },
          [](OrderNumber) {},
          [&world = around.world] { return world.civil_now(); },
          metrics_,
          {},
          [](OrderNumber order) { return std::to_string(order.value); },
          nullptr,
          {.passes = 1, .memory = 8'192},
          around.cluster,
          nullptr,
          [](std::string_view code) { return order_in(code); }};
}

std::optional<net::Mail> Life::make_mail(const Surroundings& around, OrderNumber order,
                                         Notice notice, const Received& received,
                                         Timestamp at) const {
  net::Mail mail{mail_id(order, notice),
                 "Shop",
                 "shop@example.jp",
                 received.buyer.name,
                 received.buyer.email,
                 "Your order",
                 "…",
                 at};
  if (received.member.empty()) return mail;
  const auto id = book_.numbers().decode(received.member);
  const auto profile = id ? book_.profile(*id) : std::nullopt;
  if (!profile) return std::nullopt;
  const MemberWorld::Member* member = around.members.find(received.member);
  around.world.expect(received.buyer.email.empty() && received.buyer.name.empty(),
                      "a member's name or mail address stands in his order");
  around.world.expect(member && !member->closed, "a mail goes to a member who has gone");
  mail.to_address = profile->email;
  return mail;
}

}  // namespace spillway::simulation
