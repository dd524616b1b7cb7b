// OrderRequestReader and read_approval_request: the JSON that shops send.
//
// Holds: what is taken is JSON for an independent reader too, says there what we read, and keeps
// every limit that the engine counts on; a refusal names what is wrong and holds no digits of the
// body that could be a card's; reading leaves nothing behind that changes the next reading.
#include <algorithm>
#include <string>

#include <nlohmann/json.hpp>
#include <simdjson.h>

#include "engine/account/limits.hpp"
#include "engine/base/invariants.hpp"
#include "engine/base/limits.hpp"
#include "engine/base/utf8.hpp"
#include "engine/order/limits.hpp"
#include "net/api/orders/approval_request.hpp"
#include "net/api/orders/order_request.hpp"
#include "net/mail/mail_address.hpp"
#include "net/text/limits.hpp"
#include "tests/fuzz/fuzz_target.hpp"

namespace spillway::net {
namespace {

using Json = nlohmann::json;

constexpr CardExpiry this_month{2026, 11};

void check_text(std::string_view text, std::size_t length_max) {
  SPILLWAY_CHECK(!text.empty() && !is_longer_than(text, length_max),
                 "a text has no length that it may have");
  SPILLWAY_CHECK(simdjson::validate_utf8(text.data(), text.size()), "a text is not UTF-8");
  SPILLWAY_CHECK(!has_control_character(text), "a text holds a control character");
}

// A member that the JSON has, or an empty text.
std::string text_in(const Json& json, const char* name) {
  const auto found = json.find(name);
  return found == json.end() || found->is_null() ? "" : found->get<std::string>();
}

void check_items(const OrderRequest& order, const Json& json) {
  SPILLWAY_CHECK(!order.items.empty() && order.items.size() <= limits::items_max, "items");
  SPILLWAY_CHECK(json.at("items").size() == order.items.size(), "an item is lost or made up");
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < order.items.size(); ++i) {
    const ItemView& item = order.items[i];
    const Json& told = json.at("items").at(i);
    check_text(item.code, limits::item_code_max);
    check_text(item.name, limits::item_name_max);
    SPILLWAY_CHECK(item.code == text_in(told, "code") && item.name == text_in(told, "name"),
                   "an item is another one");
    SPILLWAY_CHECK(item.quantity == told.at("quantity").get<std::int64_t>() &&
                       item.unit_price == told.at("unit_price").get<std::int64_t>(),
                   "an item has other numbers");
    SPILLWAY_CHECK(item.quantity >= 1 && item.quantity <= limits::item_quantity_max, "a quantity");
    SPILLWAY_CHECK(item.unit_price >= 0 && item.unit_price <= limits::amount_max, "a price");
    sum += item.quantity * item.unit_price;  // UBSan stops on an overflow
  }
  SPILLWAY_CHECK(sum == order.amount.minor_units, "the amount is not the sum of the items");
}

void check_order(const OrderRequest& order, const Json& json) {
  check_items(order, json);
  SPILLWAY_CHECK(order.amount.minor_units == json.at("amount").get<std::int64_t>(), "an amount");
  SPILLWAY_CHECK(order.amount.minor_units >= 1 && order.amount.minor_units <= limits::amount_max,
                 "an amount is beyond its limits");
  check_text(order.reference, limits::order_reference_max);
  SPILLWAY_CHECK(order.reference == text_in(json, "reference"), "a reference is another one");
  SPILLWAY_CHECK(order.member == text_in(json, "member"), "a member is another one");
  if (!order.member.empty()) check_text(order.member, limits::member_number_max);
  SPILLWAY_CHECK((order.urgency == Urgency::high) == (text_in(json, "urgency") == "high"),
                 "an order is as urgent as nobody said");
  SPILLWAY_CHECK(order.verdict_by.has_value() == !text_in(json, "verdict_by").empty(),
                 "a time is lost or made up");
  SPILLWAY_CHECK(!order.member.empty() || !order.buyer_email.empty(), "nobody orders");
  if (!order.buyer_email.empty()) {
    check_text(order.buyer_name, limits::buyer_name_max);
    SPILLWAY_CHECK(is_mail_address(order.buyer_email), "a mail address is none");
    SPILLWAY_CHECK(order.buyer_email == text_in(json.at("buyer"), "email"), "another buyer");
  }
  if (!json.contains("card") || json.at("card").is_null()) return;
  SPILLWAY_CHECK(luhn_holds(order.card.number.digits()), "a card number's check digit is wrong");
  SPILLWAY_CHECK(order.card.number.digits() == text_in(json.at("card"), "number"), "another card");
  SPILLWAY_CHECK(to_text(order.company) == text_in(json.at("card"), "company"), "a company");
  SPILLWAY_CHECK(order.card.expiry >= this_month, "an expired card is taken");
}

void check_holds_no_card(std::string_view text) {
  constexpr std::size_t digits_max = 12;  // of a limit that a sentence names
  std::size_t digits = 0;
  for (const char c : text) {
    digits = c >= '0' && c <= '9' ? digits + 1 : 0;
    SPILLWAY_CHECK(digits <= digits_max, "a refusal holds what could be a card number");
  }
}

void check_refusal(const Refusal& refusal) {
  SPILLWAY_CHECK(refusal.status == 400 || refusal.status == 422, "a refusal has another status");
  SPILLWAY_CHECK(!refusal.detail.empty(), "a refusal says nothing");
  SPILLWAY_CHECK((refusal.status == 422) == !refusal.errors.empty(), "422 is what names fields");
  SPILLWAY_CHECK(refusal.errors.size() <= limits::field_errors_max, "too many fields are named");
  for (const FieldError& error : refusal.errors) {
    SPILLWAY_CHECK(error.pointer.empty() || error.pointer.starts_with('/'), "not a JSON pointer");
    SPILLWAY_CHECK(!error.detail.empty(), "a field is named without what is wrong with it");
    check_holds_no_card(error.pointer);
    check_holds_no_card(error.detail);
  }
}

std::string told_of(const Result<OrderRequest*, Refusal>& result) {
  if (result) return "taken";
  std::string text = std::to_string(result.error().status) + result.error().detail;
  for (const FieldError& error : result.error().errors) text += error.pointer + error.detail;
  return text;
}

void check_orders(std::string_view body, const Json& json) {
  static OrderRequestReader reader;  // one for all, as a loop has one
  const auto result = reader.read(body, this_month);
  const std::string told = told_of(result);
  if (result) {
    SPILLWAY_CHECK(!json.is_discarded(), "what is no JSON is taken");
    check_order(**result, json);
  } else {
    check_refusal(result.error());
    SPILLWAY_CHECK(!json.is_discarded() || result.error().status == 400, "no JSON is 400");
  }
  reader.wipe();
  SPILLWAY_CHECK(told_of(reader.read(body, this_month)) == told, "read again it says otherwise");
  reader.wipe();
}

void check_approvals(std::string_view body, const Json& json) {
  static JsonReader reader;
  const auto result = read_approval_request(reader, body);
  if (!result) {
    check_refusal(result.error());
    SPILLWAY_CHECK(!json.is_discarded() || result.error().status == 400, "no JSON is 400");
    return;
  }
  SPILLWAY_CHECK(!json.is_discarded(), "what is no JSON is taken");
  SPILLWAY_CHECK(json.at("approved").get<bool>() == result->approved, "an approval turned");
  const std::string code = text_in(json, "approval_code");
  SPILLWAY_CHECK(!result->approved || result->approval_code.view() == code, "another code");
  SPILLWAY_CHECK(!result->approved || !code.empty(), "an approval has no code");
}

}  // namespace
}  // namespace spillway::net

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body = spillway::fuzz::text_of(data, size);
  const auto json = nlohmann::json::parse(body, nullptr, false);
  spillway::net::check_orders(body, json);
  spillway::net::check_approvals(body, json);
  return 0;
}
