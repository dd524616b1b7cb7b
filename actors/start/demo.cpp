#include "actors/start/demo.hpp"

#include <nlohmann/json.hpp>

#include "net/api/common/api_keys.hpp"
#include "storage/base/private_files.hpp"

namespace spillway::actors {

namespace {

constexpr std::size_t keys_file_size_max = 4'096;

Result<DemoKeys> read_keys(const std::filesystem::path& file) {
  const auto text = storage::read_private_file(file, keys_file_size_max);
  if (!text) return text.error();
  const auto json = nlohmann::json::parse(*text, nullptr, /*allow_exceptions=*/false);
  const auto key = [&](const char* name) {
    return json.is_object() && json.contains(name) && json[name].is_string()
               ? json[name].get<std::string>()
               : std::string();
  };
  DemoKeys keys{{key("shop_1"), key("shop_2")}, key("operator")};
  if (keys.shops[0].empty() || keys.shops[1].empty() || keys.operator_key.empty()) {
    return Error{file.string() + ": does not hold the demo's three keys; remove it for new ones"};
  }
  return keys;
}

Result<DemoKeys> read_or_make_keys(const std::filesystem::path& file) {
  if (std::filesystem::exists(file)) return read_keys(file);
  const DemoKeys keys{{net::make_api_key("sk_demo_"), net::make_api_key("sk_demo_")},
                      net::make_api_key("op_demo_")};
  const nlohmann::ordered_json json = {
      {"shop_1", keys.shops[0]}, {"shop_2", keys.shops[1]}, {"operator", keys.operator_key}};
  auto written = storage::write_private_file(file, json.dump(2) + "\n");
  if (!written) return written.error();
  return keys;
}

ShopSettings make_shop(std::uint32_t id, const std::string& name, const std::string& domain,
                       const std::string& key) {
  ShopSettings shop;
  shop.id.value = id;
  shop.name = name;
  shop.key_hashes = {net::hash_api_key(key)};
  shop.mail_from = "orders@" + domain;
  shop.merchant = {.category = "5999",
                   .terminal = "DEMO000" + std::to_string(id),
                   .merchant = "DEMOSHOP000000" + std::to_string(id)};
  return shop;
}

}  // namespace

Result<Demo> make_demo(const std::filesystem::path& data, const Address& listen,
                       std::uint16_t relay_port) {
  if (auto made = storage::ensure_private_folder(data); !made) return made.error();
  auto keys = read_or_make_keys(data / "demo-keys.json");
  if (!keys) return keys.error();

  Demo demo;
  demo.keys = std::move(*keys);
  Configuration& configuration = demo.configuration;
  configuration.server.listen = listen;
  configuration.server.data = data;
  configuration.operators.key_hashes = {net::hash_api_key(demo.keys.operator_key)};
  configuration.shops = {
      make_shop(1, "Demo Shoes", "shoes.example", demo.keys.shops[0]),
      make_shop(2, "Demo Books", "books.example", demo.keys.shops[1]),
  };
  RelaySettings relay;
  relay.id.value = 1;
  relay.name = "sandbox";
  relay.sandbox = true;
  relay.address = {"127.0.0.1", relay_port};
  relay.acquirer = "900001";
  relay.companies = {CardCompany::visa, CardCompany::mastercard, CardCompany::jcb,
                     CardCompany::amex, CardCompany::diners};
  relay.recognises_repeats = true;
  configuration.relays = {std::move(relay)};
  configuration.webhooks.reach = net::WebhookReach::and_loopback;
  return demo;
}

}  // namespace spillway::actors
