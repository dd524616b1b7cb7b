// The wires of a first system: lines to relay centres, mail.
#include "actors/base/log.hpp"
#include "actors/relay/relay_wire.hpp"
#include "actors/start/first_system_parts.hpp"
#include "net/mail/eml_mail.hpp"
#include "net/mail/smtp_mail.hpp"

namespace spillway::actors {

namespace {

Result<net::NoticeTemplates> templates(const Configuration& configuration) {
  if (configuration.mail.templates_folder.empty()) return net::built_in_templates();
  return net::load_templates(configuration.mail.templates_folder);
}

}  // namespace

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

Result<void> FirstSystem::Parts::open_cluster() {
  if (!configuration.cluster.listen) return {};
  if (configuration.cluster.tls) {
    const TlsFiles& files = *configuration.cluster.tls;
    auto opened = net::ClusterIdentity::open(files.certificate, files.key, files.ca);
    if (!opened) return opened.error();
    identity = std::move(*opened);
  }
  cluster.emplace();
  cluster->identity = identity ? &*identity : nullptr;
  cluster->nodes = configuration.cluster.nodes;
  cluster->card_key = [this](storage::Epoch epoch) { return vault->key_of(epoch); };
  cluster->merchant = [this](ShopId shop) { return merchant_of(shop); };
  return {};
}

Result<void> FirstSystem::Parts::open_wires() {
  for (const RelaySettings& relay : configuration.relays) {
    auto options = relay_wire(relay, [this](ShopId shop) { return merchant_of(shop); });
    if (!options) return options.error();
    for (const ShopSettings& shop : configuration.shops)
      options->merchants[shop.id] = shop.merchant;
    if (auto good = net::check(*options); !good)
      return Error{"relay centre " + relay.name + ": " + good.error().message};
    lines.emplace_back(relay_loop, std::move(*options), *vault);
  }
  if (auto opened = open_cluster(); !opened) return opened;
  return open_mail();
}

std::optional<Merchant> FirstSystem::Parts::merchant_of(ShopId shop) const {
  const auto found = shops->find(shop);
  return found ? std::optional(found->merchant) : std::nullopt;
}

Services FirstSystem::Parts::services() {
  std::map<RelayId, net::RelayPort*> ports;
  for (std::size_t i = 0; i < lines.size(); ++i) ports[configuration.relays[i].id] = &lines[i];
  return {configuration,
          *journal,
          *views,
          *registry,
          *paces,
          *keyed_answers,
          *mail,
          *feeds,
          *event_json,
          webhooks,
          std::move(ports),
          *members,
          [this](OrderNumber order, Notice notice, const Received& received, Timestamp at) {
            return make_mail(order, notice, received, at);
          },
          [this](OrderNumber order) {
            log(LogLevel::warning, "order_escalated", {{"order", codes->encode(order)}});
          },
          civil_now,
          metrics,
          [this](const net::Receipt& receipt) { return signer->sign(receipt); },
          [this](OrderNumber order) { return codes->encode(order); },
          card_keeper.get(),
          {},
          cluster ? &*cluster : nullptr,
          &*readers,
          [this](std::string_view code) { return codes->decode(code); },
          [this](ShopId shop) { return shops->find(shop).has_value(); },
          systems,
          &unserved};
}

std::optional<net::Mail> FirstSystem::Parts::make_mail(OrderNumber order, Notice notice,
                                                       const Received& received, Timestamp at) {
  if (received.buyer.email.empty()) {
    auto buyer = buyer_of(received);
    if (!buyer) return std::nullopt;
    Received told = received;
    told.buyer = std::move(*buyer);
    return make_mail(order, notice, told, at);
  }
  const auto shop = shops->find(received.shop);
  if (!shop) return std::nullopt;
  return net::make_notice(notice, received, at, codes->encode(order), {shop->name, shop->mail_from},
                          mail_templates);
}

}  // namespace spillway::actors
