#include "loadtest/load/order_requests.hpp"

#include <array>
#include <cstring>

#include <fmt/format.h>

#include "net/http/limits.hpp"

namespace spillway::loadtest {
namespace {

constexpr std::size_t ordinal_width = 10;
constexpr std::size_t amount_width = 12;
constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";  // Crockford's base 32
// Room for the longest: {"company":"MASTERCARD","number":"5555555555554444","expiry":"2039-12"}
constexpr std::size_t card_width = 72;

void write_digits(char* to, std::uint64_t value, std::size_t width) {
  for (std::size_t i = width; i-- > 0; value /= 10) to[i] = static_cast<char>('0' + value % 10);
}

// A number may stand behind white space in JSON (RFC 8259 2), so that a hole has a fixed width.
void write_number(char* to, std::uint64_t value) {
  std::size_t i = amount_width;
  do {
    to[--i] = static_cast<char>('0' + value % 10);
    value /= 10;
  } while (value != 0 && i > 0);
  std::memset(to, ' ', i);
}

std::string card_text(std::string_view company, std::string_view number) {
  std::string text =
      fmt::format(R"({{"company":"{}","number":"{}","expiry":"2039-12"}})", company, number);
  text.resize(card_width, ' ');
  return text;
}

const std::string& card_of(const Wish& wish) {
  static const std::array<std::string, card_kinds> cards = [] {
    std::array<std::string, card_kinds> texts;
    for (std::size_t i = 0; i < card_kinds; ++i) {
      texts[i] = card_text(test_cards[i].company, test_cards[i].number);
    }
    return texts;
  }();
  static const std::array<std::string, usable_cards.size()> usable = [] {
    std::array<std::string, usable_cards.size()> texts;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      texts[i] = card_text(usable_cards[i].company, usable_cards[i].number);
    }
    return texts;
  }();
  if (wish.card == CardKind::usable) return usable[wish.company];
  return cards[static_cast<std::size_t>(wish.card)];
}

}  // namespace

CodeNumber code_number(std::string_view code) {
  constexpr std::size_t length = 14;
  if (code.size() != length || code[4] != '-' || code[9] != '-') return 0;
  CodeNumber number = 0;
  for (std::size_t i = 0; i < length; ++i) {
    if (i == 4 || i == 9) continue;
    const std::size_t value = alphabet.find(code[i]);
    if (value == std::string_view::npos) return 0;
    number = number << 5U | value;
  }
  return number;
}

std::string code_text(CodeNumber code) {
  std::string text(14, '-');
  for (std::size_t i = text.size(); i-- > 0;) {
    if (i == 4 || i == 9) continue;
    text[i] = alphabet[code & 31U];
    code >>= 5U;
  }
  return text;
}

OrderRequests::OrderRequests(const Mix& mix, const std::vector<Shop>& shops, std::string_view run,
                             std::string_view host)
    : mix_(mix), run_(run) {
  for (const Shop& shop : shops) {
    const std::string authorization =
        fmt::format("Host: {}\r\nAuthorization: Bearer {}\r\n", host, shop.key);
    order_heads_.push_back("POST /v1/orders HTTP/1.1\r\n" + authorization);
    authorization_.push_back(authorization);
  }
  for (std::size_t items = 1; items <= mix.settings().items_max; ++items) {
    for (const bool guest : {false, true}) bodies_.push_back(make_body(items, guest));
  }
  out_.reserve(256 * 1024);
}

OrderRequests::Body OrderRequests::make_body(std::size_t items, bool guest) const {
  const std::string reference = run_ + "-" + std::string(ordinal_width, '#');
  const std::string person = std::string(ordinal_width, '@');
  const std::string number(amount_width, '$');
  std::string json = R"({"reference":")" + reference + R"(",)";
  if (guest) {
    json += R"("buyer":{"name":"Guest )" + person + R"(","email":"guest)" + std::string(person) +
            R"(@buyers.example"},)";
    // One hole is enough for a name; the address is the same for all guests of a shape.
    const std::size_t second = json.rfind(person);
    json.replace(second, person.size(), std::string(ordinal_width, '0'));
  } else {
    json += R"("member":"M-)" + person +
            R"(","buyer":{"name":"Hanako Sato","email":"hanako@buyers.example"},)";
  }
  json += R"("items":[)";
  Body body;
  for (std::size_t i = 0; i + 1 < items; ++i) {
    const std::uint64_t price = 10 + 7 * i % 30;
    body.other_items += price;
    json += fmt::format(R"({{"code":"EXTRA-{}","name":"Something small","quantity":1,)"
                        R"("unit_price":{}}},)",
                        i, price);
  }
  json += R"({"code":"SHOE-42","name":"Leather shoes","quantity":1,"unit_price":)" + number +
          R"(}],"amount":)" + number + R"(,"currency":"JPY","card":)" +
          std::string(card_width, '%') + "}";
  body.text = fmt::format(
      "Content-Type: application/json\r\nIdempotency-Key: {}\r\nContent-Length: {}\r\n\r\n{}",
      reference, json.size(), json);
  const std::string_view hole = std::string_view(reference).substr(run_.size() + 1);
  body.key = body.text.find(hole);
  body.reference = body.text.rfind(hole);
  body.person = body.text.find(person);
  body.last_price = body.text.find(number);
  body.amount = body.text.rfind(number);
  body.card = body.text.find('%');
  return body;
}

std::string_view OrderRequests::write_order(std::uint64_t ordinal, const Wish& wish,
                                            std::uint64_t amount, std::uint64_t sum_off) {
  const std::string& head = order_heads_[wish.shop];
  const Body& body = bodies_[(wish.items - 1U) * 2U + (wish.guest ? 1U : 0U)];
  out_.resize(head.size() + body.text.size());
  std::memcpy(out_.data(), head.data(), head.size());
  char* to = out_.data() + head.size();
  std::memcpy(to, body.text.data(), body.text.size());
  write_digits(to + body.key, ordinal, ordinal_width);
  write_digits(to + body.reference, ordinal, ordinal_width);
  write_digits(to + body.person, ordinal, ordinal_width);
  write_number(to + body.last_price, amount - body.other_items);
  write_number(to + body.amount, amount + sum_off);
  std::memcpy(to + body.card, card_of(wish).data(), card_width);
  return out_;
}

std::string_view OrderRequests::order(std::uint64_t ordinal, const Wish& wish) {
  return write_order(ordinal, wish, mix_.amount(ordinal), 0);
}

std::string_view OrderRequests::changed_order(std::uint64_t ordinal, const Wish& wish) {
  return write_order(ordinal, wish, mix_.amount(ordinal) + 1, 0);
}

std::string_view OrderRequests::bad_order(std::uint64_t ordinal, const Wish& wish) {
  write_order(ordinal, wish, mix_.amount(ordinal), wish.bad_kind == BadKind::wrong_sum ? 1 : 0);
  // Each replacement is as long as what it replaces, so that the length stays true.
  const auto replace = [&](std::string_view what, std::string_view by) {
    const std::size_t at = out_.find(what);
    if (at != std::string::npos) out_.replace(at, what.size(), by);
  };
  switch (wish.bad_kind) {
    case BadKind::no_json:
      replace(R"("items":[)", R"("items"=[)");
      break;
    case BadKind::wrong_sum:
      break;
    case BadKind::no_buyer:
      replace(R"("member":)", R"("mumber":)");
      replace(R"("buyer":)", R"("bayer":)");
      break;
    case BadKind::wrong_check_digit: {
      const std::size_t expiry = out_.find(R"(","expiry")");
      out_[expiry - 1] = out_[expiry - 1] == '9' ? '8' : '9';
      break;
    }
    case BadKind::unknown_key:
      replace("Bearer ", "Bearer_");
      break;
    case BadKind::wrong_type:
      replace("application/json", "application/xml ");
      break;
    case BadKind::too_large: {
      constexpr std::size_t too_large = limits::http_body_max + 1;
      const std::size_t body = out_.find("\r\n\r\n") + 4;
      out_.resize(body + too_large, ' ');
      const std::size_t field = out_.find("Content-Length: ") + 16;
      out_.replace(field, body - 4 - field, std::to_string(too_large));
      break;
    }
  }
  return out_;
}

std::string_view OrderRequests::inquiry(std::uint16_t shop, CodeNumber code) {
  out_ = "GET /v1/orders/" + code_text(code) + " HTTP/1.1\r\n" + authorization_[shop] + "\r\n";
  return out_;
}

std::string_view OrderRequests::cancel(std::uint16_t shop, CodeNumber code) {
  out_ = "POST /v1/orders/" + code_text(code) + "/cancel HTTP/1.1\r\n" + authorization_[shop] +
         "Content-Length: 0\r\n\r\n";
  return out_;
}

std::string_view OrderRequests::approval(std::uint16_t shop, CodeNumber code, bool approved,
                                         std::uint64_t ordinal) {
  const std::string body =
      approved ? fmt::format(R"({{"approved":true,"approval_code":"T{:05}"}})", ordinal % 100'000)
               : R"({"approved":false})";
  out_ = fmt::format(
      "POST /v1/orders/{}/approval HTTP/1.1\r\n{}Content-Type: application/json\r\n"
      "Content-Length: {}\r\n\r\n{}",
      code_text(code), authorization_[shop], body.size(), body);
  return out_;
}

std::string OrderRequests::reference(std::uint64_t ordinal) const {
  return fmt::format("{}-{:010}", run_, ordinal);
}

}  // namespace spillway::loadtest
