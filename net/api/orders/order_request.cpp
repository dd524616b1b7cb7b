#include "net/api/orders/order_request.hpp"

#include <array>
#include <optional>
#include <string>
#include <utility>

#include "engine/account/limits.hpp"
#include "engine/base/limits.hpp"
#include "engine/order/limits.hpp"
#include "net/api/orders/card_fields.hpp"
#include "net/mail/mail_address.hpp"
#include "net/text/timestamp.hpp"

namespace spillway::net {

namespace {

constexpr Place order_top{""};
constexpr Place buyer_place{"/buyer"};
constexpr Place card_place{"/card"};

// A set of fields, by their places in a table of names.
template <class... Index>
constexpr std::uint32_t bits(Index... index) {
  return ((1U << index) | ...);
}

namespace order_field {
enum : std::size_t {
  reference,
  member,
  buyer,
  items,
  amount,
  currency,
  card,
  urgency,
  verdict_by,
  count
};
constexpr std::array<std::string_view, count> order_names{
    "reference", "member", "buyer", "items", "amount", "currency", "card", "urgency", "verdict_by"};
}  // namespace order_field

}  // namespace

Result<OrderRequest*, Refusal> OrderRequestReader::read(std::string_view body,
                                                        CardExpiry this_month) {
  fields_.clear();
  std::vector<ItemView> items = std::move(order_.items);
  items.clear();
  order_ = OrderRequest{};
  order_.items = std::move(items);
  items_are_good_ = false;

  if (!json_.open(body)) return not_json(json_.fault());
  if (json_.kind() != JsonKind::object && json_.kind() != JsonKind::nothing) {
    return Refusal{400, "The body must be a JSON object.", {}};
  }
  if (!read_order(this_month) || !json_.finish()) return not_json(json_.fault());
  if (!fields_.errors().empty()) {
    return Refusal{422, "Some fields of the order are not as they must be.",
                   std::move(fields_.errors())};
  }
  return &order_;
}

void OrderRequestReader::wipe() {
  json_.wipe();
  order_.card = CardDetails{};
}

bool OrderRequestReader::read_order(CardExpiry this_month) {
  using namespace order_field;
  std::optional<std::int64_t> amount_read;
  std::uint32_t seen = 0;
  const auto on_field = [&](std::size_t index, std::string_view name) {
    switch (index) {
      case reference:
        return fields_.read_text(order_top, name, limits::order_reference_max, order_.reference);
      case member:
        return fields_.read_text(order_top, name, limits::member_number_max, order_.member);
      case buyer:
        return read_buyer();
      case items:
        return read_items();
      case amount:
        return fields_.read_integer(order_top, name, 1, limits::amount_max, amount_read);
      case currency:
        return read_currency();
      case card:
        return read_card(this_month);
      case urgency:
        return read_urgency();
      case verdict_by:
        return read_verdict_by();
      default:
        return skip_unknown(order_top, name);
    }
  };
  constexpr std::uint32_t required = bits(reference, items, amount, currency);
  if (!fields_.read_fields(order_top, order_names, required, seen, on_field)) return false;
  check_as_a_whole(seen);
  if (amount_read) check_sum(*amount_read);
  return true;
}

void OrderRequestReader::check_as_a_whole(std::uint32_t seen) {
  using namespace order_field;
  const bool has_member = (seen & bits(member)) != 0;
  if (!has_member && (seen & bits(buyer)) == 0) {
    fields_.add_error(order_top, order_names[buyer], "is needed without a member");
  }
  order_.has_card = (seen & bits(card)) != 0;
  // Whether a member has one registered, the body does not say.
  if (!order_.has_card && !has_member) fields_.add_error(order_top, order_names[card], "is needed");
}

void OrderRequestReader::check_sum(std::int64_t amount) {
  order_.amount.minor_units = amount;
  if (!items_are_good_) return;  // told already
  std::optional<std::int64_t> sum = 0;
  for (const ItemView& item : order_.items) {
    const auto price = multiply_checked(item.quantity, item.unit_price);
    sum = price ? add_checked(*sum, *price) : std::nullopt;
    if (!sum) break;
  }
  if (sum != amount) fields_.add_error(order_top, "amount", "must equal the sum of the items");
}

bool OrderRequestReader::read_buyer() {
  static constexpr std::array<std::string_view, 2> fields{"name", "email"};
  std::uint32_t seen = 0;
  const auto on_field = [&](std::size_t index, std::string_view name) {
    switch (index) {
      case 0:
        return fields_.read_text(buyer_place, name, limits::buyer_name_max, order_.buyer_name);
      case 1: {
        std::string_view email;
        if (!fields_.read_text(buyer_place, name, limits::mail_address_max, email)) return false;
        if (is_mail_address(email)) {
          order_.buyer_email = email;
        } else if (!email.empty()) {
          fields_.add_error(buyer_place, name, "must be a mail address like name@shop.example");
        }
        return true;
      }
      default:
        return skip_unknown(buyer_place, name);
    }
  };
  return fields_.read_fields(buyer_place, fields, bits(0U, 1U), seen, on_field);
}

bool OrderRequestReader::read_items() {
  const Place place{"/items"};
  if (json_.kind() != JsonKind::array) {
    fields_.add_error(place, {}, "must be an array");
    return json_.skip();
  }
  const std::size_t errors_before = fields_.errors().size();
  bool too_many = false;
  const bool read = json_.read_array([&](std::size_t index) {
    if (index < limits::items_max) return read_item(index);
    too_many = true;
    return json_.skip();
  });
  if (!read) return false;
  if (too_many) {
    fields_.add_error(place, {}, "must be at most " + std::to_string(limits::items_max));
  } else if (order_.items.empty()) {
    fields_.add_error(place, {}, "must not be empty");
  }
  items_are_good_ = fields_.errors().size() == errors_before;
  return true;
}

bool OrderRequestReader::read_item(std::size_t index) {
  static constexpr std::array<std::string_view, 4> fields{"code", "name", "quantity", "unit_price"};
  const Place place{"/items", index};
  ItemView item;
  std::optional<std::int64_t> quantity;
  std::optional<std::int64_t> unit_price;
  std::uint32_t seen = 0;
  const auto on_field = [&](std::size_t field, std::string_view name) {
    switch (field) {
      case 0:
        return fields_.read_text(place, name, limits::item_code_max, item.code);
      case 1:
        return fields_.read_text(place, name, limits::item_name_max, item.name);
      case 2:
        return fields_.read_integer(place, name, 1, limits::item_quantity_max, quantity);
      case 3:
        return fields_.read_integer(place, name, 0, limits::amount_max, unit_price);
      default:
        return skip_unknown(place, name);
    }
  };
  if (!fields_.read_fields(place, fields, bits(0U, 1U, 2U, 3U), seen, on_field)) return false;
  item.quantity = quantity.value_or(0);
  item.unit_price = unit_price.value_or(0);
  order_.items.push_back(item);
  return true;
}

bool OrderRequestReader::read_currency() {
  std::string_view code;
  if (!fields_.read_text(order_top, "currency", 3, code)) return false;
  if (const auto currency = Currency::from_code(code)) {
    order_.amount.currency = *currency;
  } else if (!code.empty()) {
    fields_.add_error(order_top, "currency", "is not a currency that is taken here");
  }
  return true;
}

bool OrderRequestReader::read_card(CardExpiry this_month) {
  CardFields card;
  if (!net::read_card(json_, fields_, card_place, this_month, card)) return false;
  order_.company = card.company;
  order_.card = card.details;
  return true;
}

bool OrderRequestReader::read_urgency() {
  std::string_view text;
  if (!fields_.read_text(order_top, "urgency", 16, text)) return false;
  if (text == "high") {
    order_.urgency = Urgency::high;
  } else if (!text.empty() && text != "normal") {
    fields_.add_error(order_top, "urgency", "must be normal or high");
  }
  return true;
}

bool OrderRequestReader::read_verdict_by() {
  std::string_view text;
  if (!fields_.read_text(order_top, "verdict_by", 64, text)) return false;
  order_.verdict_by = timestamp_from(text);
  if (!order_.verdict_by && !text.empty()) {
    fields_.add_error(order_top, "verdict_by",
                      "must be a time like 2026-11-21T09:05:07Z (RFC 3339)");
  }
  return true;
}

bool OrderRequestReader::skip_unknown(const Place& place, std::string_view name) {
  return net::skip_unknown(json_, fields_, place, name);
}

}  // namespace spillway::net
