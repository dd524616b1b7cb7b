#include "net/api/operators/shop_request.hpp"

#include <algorithm>
#include <utility>

#include "engine/account/limits.hpp"
#include "engine/base/characters.hpp"
#include "engine/base/limits.hpp"
#include "engine/order/limits.hpp"
#include "net/mail/mail_address.hpp"
#include "net/text/field_reader.hpp"

namespace spillway::net {

namespace {

constexpr Place shop_top{""};
constexpr Place merchant_place{"/merchant"};
constexpr Place limits_place{"/limits"};
constexpr Place guest_place{"/limits/guest_limit"};
constexpr std::array<std::string_view, 4> shop_names{"name", "mail_from", "merchant", "limits"};
constexpr std::array<std::string_view, 3> merchant_names{"merchant", "terminal", "category"};
constexpr std::array<std::string_view, 4> limit_names{"orders_per_second", "burst", "open_orders",
                                                      "guest_limit"};

bool printable_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= 0x20 && c <= 0x7E; });
}
bool all_digits(std::string_view text) {
  return std::ranges::all_of(text, is_digit);
}

class ShopReader {
 public:
  ShopReader(JsonReader& json, ShopRequest& request)
      : json_(json), fields_(json), request_(request) {}

  bool read(std::uint32_t required) {
    std::uint32_t seen = 0;
    return fields_.read_fields(shop_top, shop_names, required, seen,
                               [this](std::size_t index, std::string_view name) {
                                 switch (index) {
                                   case 0:
                                     return read_name(name);
                                   case 1:
                                     return read_mail_from(name);
                                   case 2:
                                     return read_merchant();
                                   case 3:
                                     return read_limits();
                                   default:
                                     return refuse_unknown(shop_top, name);
                                 }
                               }) &&
           json_.finish();
  }

  FieldReader& fields() { return fields_; }

 private:
  // A misspelt limit would otherwise be no limit.
  bool refuse_unknown(const Place& place, std::string_view name) {
    fields_.add_error(place, name, "is not known");
    return json_.skip();
  }

  bool read_name(std::string_view name) {
    std::string_view text;
    if (!fields_.read_text(shop_top, name, limits::shop_name_max, text)) return false;
    request_.name = text;
    return true;
  }

  bool read_mail_from(std::string_view name) {
    std::string_view text;
    if (!fields_.read_text(shop_top, name, limits::mail_address_max, text)) return false;
    if (!text.empty() && !is_mail_address(text))
      fields_.add_error(shop_top, name, "must be a mail address");
    request_.mail_from = text;
    return true;
  }

  bool read_merchant() {
    request_.merchant.emplace();
    std::uint32_t seen = 0;
    return fields_.read_fields(merchant_place, merchant_names, 3U, seen,
                               [this](std::size_t index, std::string_view name) {
                                 if (index == 3) return refuse_unknown(merchant_place, name);
                                 const std::size_t size_max = index == 0 ? 15 : index == 1 ? 8 : 4;
                                 std::string_view text;
                                 if (!fields_.read_text(merchant_place, name, size_max, text))
                                   return false;
                                 if (!printable_ascii(text))
                                   fields_.add_error(merchant_place, name, "must be plain ASCII");
                                 if (index == 2 && (text.size() != 4 || !all_digits(text)))
                                   fields_.add_error(merchant_place, name, "must be 4 digits");
                                 (index == 0   ? request_.merchant->merchant
                                  : index == 1 ? request_.merchant->terminal
                                               : request_.merchant->category) = text;
                                 return true;
                               });
  }

  bool read_limit(std::string_view name, std::int64_t most, std::optional<std::uint32_t>& limit) {
    std::optional<std::int64_t> number;
    if (!fields_.read_integer(limits_place, name, 0, most, number)) return false;
    if (number) limit = static_cast<std::uint32_t>(*number);
    return true;
  }

  bool read_limits() {
    std::uint32_t seen = 0;
    return fields_.read_fields(
        limits_place, limit_names, 0, seen, [this](std::size_t index, std::string_view name) {
          switch (index) {
            case 0:
              return read_limit(name, limits::shop_rate_max, request_.orders_per_second);
            case 1:
              return read_limit(name, limits::shop_rate_max, request_.burst);
            case 2:
              return read_limit(name, limits::waiting_orders_max, request_.open_orders);
            case 3:
              return read_guest_limits();
            default:
              return refuse_unknown(limits_place, name);
          }
        });
  }

  bool read_guest_limits() {
    if (json_.kind() != JsonKind::object) {
      fields_.add_error(guest_place, {}, "must be an object like {\"JPY\": 50000}");
      return json_.skip();
    }
    std::vector<Money>& guests = request_.guest_limits.emplace();
    return json_.read_object([&](std::string_view code) {
      const auto currency = Currency::from_code(code);
      if (!currency) return refuse_unknown(guest_place, "currency");
      std::optional<std::int64_t> most;
      if (!fields_.read_integer(guest_place, code, 0, limits::amount_max, most)) return false;
      if (most) guests.push_back({*most, *currency});
      return true;
    });
  }

  JsonReader& json_;
  FieldReader fields_;
  ShopRequest& request_;
};

}  // namespace

void ShopRequest::apply_to(Shop& shop) const {
  if (name) shop.name = *name;
  if (mail_from) shop.mail_from = *mail_from;
  if (merchant) shop.merchant = *merchant;
  if (orders_per_second) shop.limits.orders_per_second = *orders_per_second;
  if (burst) shop.limits.burst = *burst;
  if (open_orders) shop.limits.open_orders = *open_orders;
  if (guest_limits) shop.limits.guest_limits = *guest_limits;
}

Result<std::shared_ptr<ControlBody>, Refusal> read_shop_request(JsonReader& json, HttpMethod method,
                                                                std::string_view body) {
  auto request = std::make_shared<ShopRequest>();
  if (!json.open(body)) return not_json(json.fault());
  if (json.kind() != JsonKind::object) return Refusal{400, "The body must be a JSON object.", {}};
  ShopReader reader(json, *request);
  const bool is_new = method == HttpMethod::post;
  if (!reader.read(is_new ? 7U : 0U)) return not_json(json.fault());
  if (!is_new && request->merchant)
    reader.fields().add_error(shop_top, "merchant",
                              "cannot be changed: what was charged stands under it");
  if (!reader.fields().errors().empty())
    return Refusal{422, "The shop has fields that are wrong.", std::move(reader.fields().errors())};
  return std::shared_ptr<ControlBody>(std::move(request));
}

}  // namespace spillway::net
