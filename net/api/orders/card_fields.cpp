#include "net/api/orders/card_fields.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "engine/base/characters.hpp"
#include "engine/card/card_prefixes.hpp"

namespace spillway::net {

namespace {

bool is_security_code(std::string_view name) {
  static constexpr std::array<std::string_view, 9> names{
      "cvc", "cvv", "cvc2", "cvv2", "cid", "csc", "cvn", "securitycode", "cardcode"};
  static constexpr std::size_t longest = 16;
  if (name.size() > longest) return false;
  std::array<char, longest> plain{};
  std::size_t size = 0;
  for (const char c : name) {
    if (c != '_' && c != '-') plain[size++] = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  }
  return std::ranges::find(names, std::string_view(plain.data(), size)) != names.end();
}

bool is_card_number_form(std::string_view text) {
  return text.size() >= 12 && text.size() <= 19 && std::ranges::all_of(text, is_digit);
}

}  // namespace

bool read_card(JsonReader& json, FieldReader& fields, const Place& place, CardExpiry this_month,
               CardFields& card) {
  static constexpr std::array<std::string_view, 3> names{"company", "number", "expiry"};
  constexpr std::uint32_t all = 7;
  std::string_view company;
  std::string_view number;
  std::string_view expiry;
  std::uint32_t seen = 0;
  const auto on_field = [&](std::size_t index, std::string_view name) {
    switch (index) {
      case 0:
        return fields.read_text(place, name, 32, company);
      case 1:
        return fields.read_text(place, name, 64, number);
      case 2:
        return fields.read_text(place, name, 32, expiry);
      default:
        return skip_unknown(json, fields, place, name);
    }
  };
  if (!fields.read_fields(place, names, all, seen, on_field)) return false;

  const auto company_read = card_company_from(company);
  if (company_read) {
    card.company = *company_read;
  } else if (!company.empty()) {
    fields.add_error(place, "company", "must be one of VISA, MASTERCARD, JCB, AMEX, DINERS");
  }
  if (const auto number_read = CardNumber::from(number)) {
    card.details.number = *number_read;
    const auto issuer = company_of_number(number);
    if (company_read && issuer && *issuer != *company_read) {
      fields.add_error(place, "company", "must be the company that the number is of");
    }
  } else if (!number.empty()) {
    fields.add_error(place, "number",
                     is_card_number_form(number) ? "has a wrong check digit"
                                                 : "must be 12 to 19 digits and nothing else");
  }
  const auto expiry_read = card_expiry_from(expiry);
  if (!expiry_read) {
    if (!expiry.empty()) fields.add_error(place, "expiry", "must be a month like 2028-12");
  } else if (*expiry_read < this_month) {
    fields.add_error(place, "expiry", "is over: the card has expired");
  } else {
    card.details.expiry = *expiry_read;
  }
  return true;
}

bool skip_unknown(JsonReader& json, FieldReader& fields, const Place& place,
                  std::string_view name) {
  if (is_security_code(name)) {
    fields.add_error(place, name, "security codes are never taken: leave this field out");
  }
  return json.skip();
}

}  // namespace spillway::net
