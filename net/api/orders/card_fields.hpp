// Card details as they stand in a request: in an order, and where a member registers his card.
#pragma once

#include <string_view>

#include "engine/card/card.hpp"
#include "net/text/field_reader.hpp"
#include "net/text/json_reader.hpp"

namespace spillway::net {

struct CardFields {
  CardCompany company{};
  CardDetails details;
};

// An object of company, number and expiry, each checked; a card that expired before `this_month` is
// refused. What is bad becomes errors of `fields`, and stays empty here.
bool read_card(JsonReader& json, FieldReader& fields, const Place& place, CardExpiry this_month,
               CardFields& card);

// Passes over a field that is not known. A card's security code is refused wherever it stands,
// under all its usual names: we never take it.
bool skip_unknown(JsonReader& json, FieldReader& fields, const Place& place, std::string_view name);

}  // namespace spillway::net
