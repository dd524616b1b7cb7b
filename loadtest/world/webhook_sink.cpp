#include "loadtest/world/webhook_sink.hpp"

#include <charconv>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sodium.h>

#include "net/webhook/webhook_signature.hpp"

namespace spillway::loadtest {
namespace {

constexpr auto sink_patience = std::chrono::seconds(10);
constexpr std::int64_t timestamp_off_max_s = 300;

std::string secret_bytes(std::string_view text) {
  constexpr std::string_view mark = "whsec_";
  if (!text.starts_with(mark)) return "";
  text.remove_prefix(mark.size());
  std::string bytes(text.size(), '\0');
  std::size_t size = 0;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(),
                        text.size(), nullptr, &size, nullptr,
                        sodium_base64_VARIANT_ORIGINAL) != 0) {
    return "";
  }
  bytes.resize(size);
  return bytes;
}

bool holds(std::string_view secret, std::string_view id, std::string_view timestamp,
           std::string_view signatures, std::string_view body) {
  std::int64_t signed_at = 0;
  const auto [end, error] =
      std::from_chars(timestamp.data(), timestamp.data() + timestamp.size(), signed_at);
  if (error != std::errc() || end != timestamp.data() + timestamp.size()) return false;
  const auto now = std::chrono::duration_cast<std::chrono::seconds>(
                       std::chrono::system_clock::now().time_since_epoch())
                       .count();
  if (std::abs(now - signed_at) > timestamp_off_max_s) return false;
  const std::string expected = net::webhook_signature(secret, id, signed_at, body);
  while (!signatures.empty()) {  // two while a secret is being changed
    const std::string_view one = signatures.substr(0, signatures.find(' '));
    if (one.size() == expected.size() &&
        sodium_memcmp(one.data(), expected.data(), expected.size()) == 0) {
      return true;
    }
    signatures.remove_prefix(std::min(one.size() + 1, signatures.size()));
  }
  return false;
}

}  // namespace

WebhookSink::WebhookSink(Tellings& tellings)
    : tellings_(tellings), server_({.loops = 1}, static_cast<net::HttpHandler&>(*this)) {}

Result<std::unique_ptr<WebhookSink>> WebhookSink::start(Tellings& tellings) {
  if (sodium_init() < 0) return Error{"libsodium cannot be used"};
  std::unique_ptr<WebhookSink> sink(new WebhookSink(tellings));
  if (auto started = sink->server_.start(); !started) return started.error();
  return sink;
}

Result<void> WebhookSink::register_shops(ApiClient& api, const std::vector<Shop>& shops) {
  for (const Shop& shop : shops) {
    std::size_t number = 0;
    {
      std::lock_guard lock(mutex_);
      number = registered_.size();
      registered_.push_back({api.url(), shop.key, "", ""});
    }
    const auto answer = api.send(
        "POST", "/v1/webhooks", shop.key,
        fmt::format(
            R"({{"url":"http://127.0.0.1:{}/{}","events":["order.authorized","order.refused",)"
            R"("order.cancelled"]}})",
            port(), number),
        sink_patience);
    if (!answer) return Error{"no webhook can be registered: " + answer.error().message};
    const auto json = nlohmann::json::parse(answer->body, nullptr, /*allow_exceptions=*/false);
    if (answer->status != 201 || !json.is_object()) {
      return Error{fmt::format(
          "{}'s webhook is refused with {}: the target must accept addresses of this machine "
          "([webhooks] this_machine, or --demo)",
          shop.name, answer->status)};
    }
    const std::string secret = secret_bytes(json.value("secret", ""));
    if (secret.empty()) return Error{shop.name + "'s webhook came without a secret"};
    std::lock_guard lock(mutex_);
    registered_[number].webhook = json.value("webhook", "");
    registered_[number].secret = secret;
  }
  return {};
}

void WebhookSink::unregister(ApiClient& api) {
  std::vector<Registered> all;
  {
    std::lock_guard lock(mutex_);
    all = registered_;
  }
  for (const Registered& one : all) {
    if (one.url != api.url() || one.webhook.empty()) continue;
    const auto gone =
        api.send("DELETE", "/v1/webhooks/" + one.webhook, one.shop_key, "", sink_patience);
    if (!gone) return;
  }
}

void WebhookSink::on_request(const net::HttpRequest& request, net::Ticket ticket) {
  const bool taken = take(request);
  if (!taken) tellings_.add_unbelieved(Teller::webhooks);
  server_.answer(ticket, taken ? 204 : 401, "", {}, "");
}

bool WebhookSink::take(const net::HttpRequest& request) {
  std::size_t number = 0;
  const std::string_view path = request.path.substr(std::min<std::size_t>(1, request.path.size()));
  const auto [end, error] = std::from_chars(path.data(), path.data() + path.size(), number);
  if (error != std::errc() || end != path.data() + path.size()) return false;
  std::string secret;
  {
    std::lock_guard lock(mutex_);
    if (number >= registered_.size()) return false;
    secret = registered_[number].secret;
  }
  const auto id = request.find("webhook-id");
  const auto timestamp = request.find("webhook-timestamp");
  const auto signatures = request.find("webhook-signature");
  if (secret.empty() || !id || !timestamp || !signatures ||
      !holds(secret, *id, *timestamp, *signatures, request.body)) {
    return false;
  }
  const auto told = outcome_in_event(request.body);
  if (told) {
    tellings_.add(Teller::webhooks, told->code, told->status, std::chrono::steady_clock::now());
  }
  return told.has_value();
}

}  // namespace spillway::loadtest
