// Orders as shops write them, with this and that wrong, and what their reader says of them.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "net/order_request.hpp"

namespace spillway::net::order_texts {

using Json = nlohmann::ordered_json;

inline constexpr CardExpiry this_month{2026, 11};
inline constexpr std::string_view canary = "4242424242424242";

inline Json good_order() {
  return Json::parse(R"({
    "reference": "A-10023", "member": "M-4821",
    "buyer": {"name": "Hanako Sato", "email": "hanako@example.jp"},
    "items": [{"code": "SHOE-42", "name": "Leather shoes", "quantity": 2, "unit_price": 1500},
              {"code": "LACE-1", "name": "Laces", "quantity": 1, "unit_price": 150}],
    "amount": 3150, "currency": "JPY",
    "card": {"company": "VISA", "number": "4242424242424242", "expiry": "2028-12"}})");
}

// The good order with one value put at a JSON pointer.
inline std::string repeated(std::string_view text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

inline std::string with(const std::string& pointer, const Json& value) {
  Json order = good_order();
  order[Json::json_pointer(pointer)] = value;
  return order.dump(-1, ' ', false, Json::error_handler_t::ignore);
}

inline std::string without(const std::string& parent, const std::string& name) {
  Json order = good_order();
  order[Json::json_pointer(parent)].erase(name);
  return order.dump();
}

struct Told {
  int status = 0;  // 0: taken
  std::string detail;
  std::vector<std::pair<std::string, std::string>> errors;
};

inline Told told(OrderRequestReader& reader, std::string_view body) {
  const auto read = reader.read(body, this_month);
  if (read) return {};
  Told told{read.error().status, read.error().detail, {}};
  for (const FieldError& error : read.error().errors) {
    told.errors.emplace_back(error.pointer, error.detail);
  }
  return told;
}

struct FieldCase {
  std::string body;
  std::string pointer;
  std::string detail;
};

inline void expect_field_errors(const std::vector<FieldCase>& cases) {
  OrderRequestReader reader;
  for (const FieldCase& c : cases) {
    const Told said = told(reader, c.body);
    EXPECT_EQ(said.status, 422) << c.pointer << " " << c.detail;
    ASSERT_EQ(said.errors.size(), 1u) << c.pointer << " " << c.detail;
    EXPECT_EQ(said.errors[0].first, c.pointer);
    EXPECT_THAT(said.errors[0].second, testing::HasSubstr(c.detail));
  }
}

}  // namespace spillway::net::order_texts
