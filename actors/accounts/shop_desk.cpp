#include "actors/accounts/shop_desk.hpp"

#include <algorithm>
#include <charconv>

#include <caf/send.hpp>

#include "actors/base/audit_note.hpp"
#include "actors/documents/shop_json.hpp"
#include "actors/services/keyed_answers.hpp"
#include "engine/account/limits.hpp"
#include "net/api/common/limits.hpp"
#include "net/api/operators/shop_request.hpp"
#include "storage/registry/shop_rows.hpp"

namespace spillway::actors {

using net::HttpMethod;
using net::RouteId;
using storage::RegistryTable;

namespace {

std::optional<ShopId> shop_from(std::string_view text) {
  ShopId shop;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), shop.value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return shop;
}

storage::RegistryChange row_of(const Shop& shop) {
  return {RegistryTable::shops, storage::shop_row_key(shop.id), storage::encode_shop(shop)};
}

}  // namespace

auto ShopDesk::make_behavior() -> behavior_type {
  return {
      [this](HandleControl& message) { ask(message); },
      [this](const Registered&) { registered(); },
      [this](const ShopsTaken& message) { taken(message); },
  };
}

void ShopDesk::ask(HandleControl& message) {
  if (waiting_.size() >= limits::control_requests_waiting_max)
    return answer({message.request.ticket, net::answers::Full{}});
  waiting_.push_back(std::move(message.request));
  go_on();
}

void ShopDesk::go_on() {
  while (!under_way_ && !waiting_.empty()) {
    const net::ControlRequest request = std::move(waiting_.front());
    waiting_.pop_front();
    under_way_ = decide(request);
    if (!under_way_) continue;
    const auto& told = std::get<net::answers::Document>(under_way_->answer.answer);
    under_way_->rows.push_back(storage::audit_change(audit_note(
        request, told.content->status, under_way_->made, services_.now(), under_way_->values)));
    keep_answer(services_.api, under_way_->answer, under_way_->rows);
    send(services_.registrar, RegisterChanges{this, 0, std::move(under_way_->rows)});
  }
}

void ShopDesk::registered() {
  under_way_->apply(services_.shops);
  ++publication_;
  const auto self = caf::actor_cast<ShopDeskActor>(this);
  services_.publish(services_.shops.directory(), [self, publication = publication_] {
    caf::anon_send(self, ShopsTaken{publication});
  });
}

void ShopDesk::taken(const ShopsTaken& message) {
  SPILLWAY_CHECK(under_way_ && message.publication == publication_,
                 "the loops took shops that were not published");
  answer(std::move(under_way_->answer));
  under_way_.reset();
  go_on();
}

auto ShopDesk::decide(const net::ControlRequest& request) -> std::optional<Change> {
  if (request.route == RouteId::shops) {
    if (request.method == HttpMethod::post) return create(request);
    return show(request, 200, shops_json(services_.shops.shops()));
  }
  const auto id = shop_from(request.names.front());
  const auto shop = id ? services_.shops.find(*id) : std::nullopt;
  if (!shop) return refuse(request, 404, "There is no such shop.");
  return decide_shop(request, *shop);
}

auto ShopDesk::decide_shop(const net::ControlRequest& request, const Shop& shop)
    -> std::optional<Change> {
  if (request.method == HttpMethod::get) {
    return show(request, 200,
                request.route == RouteId::shop ? shop_json(shop)
                                               : shop_keys_json(services_.shops.keys(shop.id)));
  }
  if (shop.fixed)
    return refuse(request, 409, "This shop stands in the configuration: change it there.",
                  "shop-is-configured", "The shop is configured");
  if (shop.closed_at)
    return refuse(request, 409, "This shop was closed, which is for good.", "shop-is-closed",
                  "The shop is closed");
  if (request.route == RouteId::shop_key) return revoke_key(request, shop);
  if (request.route == RouteId::shop_keys) return add_key(request, shop);
  if (request.method == HttpMethod::patch) return change(request, shop);
  return close(request, shop);
}

auto ShopDesk::create(const net::ControlRequest& request) -> std::optional<Change> {
  if (!services_.registry.has_room()) {
    answer({request.ticket, net::answers::Full{}});
    return std::nullopt;
  }
  const std::uint64_t number = services_.shops.largest_id() + 1;
  if (number > UINT32_MAX) return refuse(request, 409, "All numbers of shops have been given out.");
  Shop shop;
  shop.id = {static_cast<std::uint32_t>(number)};
  shop.created_at = services_.now();
  dynamic_cast<const net::ShopRequest&>(*request.content).apply_to(shop);
  return Change{{row_of(shop),
                 {RegistryTable::counters, std::string(storage::shop_counter),
                  storage::encode_counter(number)}},
                [shop](ShopBook& book) { book.put(shop); },
                net::document(request.ticket,
                              {.status = 201,
                               .json = shop_json(shop),
                               .headers = {{"Location", "/v1/shops/" + std::to_string(number)}}}),
                "/v1/shops/" + std::to_string(number),
                changed_values("null", shop_json(shop))};
}

auto ShopDesk::change(const net::ControlRequest& request, Shop shop) -> std::optional<Change> {
  const std::string before = shop_json(shop);
  dynamic_cast<const net::ShopRequest&>(*request.content).apply_to(shop);
  return Change{{row_of(shop)},
                [shop](ShopBook& book) { book.put(shop); },
                net::document(request.ticket, {.json = shop_json(shop)}),
                {},
                changed_values(before, shop_json(shop))};
}

// Its keys go; the shop stays, since the orders it has still need its name and its merchant.
auto ShopDesk::close(const net::ControlRequest& request, Shop shop) -> std::optional<Change> {
  shop.closed_at = services_.now();
  const std::vector<ShopKeyEntry> keys = services_.shops.keys(shop.id);
  std::vector<storage::RegistryChange> rows{row_of(shop)};
  for (const ShopKeyEntry& key : keys)
    rows.push_back(
        {RegistryTable::api_keys, storage::api_key_row_key(shop.id, key.id), std::nullopt});
  return Change{std::move(rows),
                [shop, keys](ShopBook& book) {
                  book.put(shop);
                  for (const ShopKeyEntry& key : keys) book.remove_key(shop.id, key.id);
                },
                net::document(request.ticket, {.json = shop_json(shop)})};
}

auto ShopDesk::add_key(const net::ControlRequest& request, const Shop& shop)
    -> std::optional<Change> {
  if (services_.shops.keys(shop.id).size() >= limits::shop_keys_max)
    return refuse(request, 409, "This shop has as many keys as one may have: revoke one first.",
                  "too-many-keys", "The shop has too many keys");
  std::string key = net::make_api_key("sk_");
  const std::string hash = net::hash_api_key(key);
  const ShopKeyEntry entry{shop.id, net::key_id(hash), hash, services_.now()};
  net::ApiAnswer told = net::document(
      request.ticket, {.status = 201, .json = new_shop_key_json(entry, key), .headers = {}});
  wipe(key.data(), key.size());
  return Change{{{RegistryTable::api_keys, storage::api_key_row_key(shop.id, entry.id),
                  storage::encode_api_key(entry)}},
                [entry](ShopBook& book) { book.put(entry); },
                std::move(told),
                entry.id};
}

auto ShopDesk::revoke_key(const net::ControlRequest& request, const Shop& shop)
    -> std::optional<Change> {
  const std::string& id = request.names.back();
  const std::vector<ShopKeyEntry> keys = services_.shops.keys(shop.id);
  if (std::ranges::find(keys, id, &ShopKeyEntry::id) == keys.end())
    return refuse(request, 404, "This shop has no such key.");
  return Change{{{RegistryTable::api_keys, storage::api_key_row_key(shop.id, id), std::nullopt}},
                [shop = shop.id, id](ShopBook& book) { book.remove_key(shop, id); },
                net::document(request.ticket, {.status = 204, .json = {}})};
}

void ShopDesk::answer(net::ApiAnswer answer) {
  std::vector<net::ApiAnswer> answers;
  answers.push_back(std::move(answer));
  services_.api.answer(std::move(answers));
}

std::nullopt_t ShopDesk::show(const net::ControlRequest& request, int status, std::string json) {
  answer(net::document(request.ticket, {.status = status, .json = std::move(json)}));
  return std::nullopt;
}

std::nullopt_t ShopDesk::refuse(const net::ControlRequest& request, int status, std::string detail,
                                std::string name, std::string title) {
  answer(net::refused(request.ticket, {.refusal = {status, std::move(detail), {}},
                                       .name = std::move(name),
                                       .title = std::move(title)}));
  return std::nullopt;
}

}  // namespace spillway::actors
