// Which card company a number is of, by its first digits (ISO/IEC 7812 issuer identification).
#pragma once

#include <optional>
#include <string_view>

#include "engine/card/card.hpp"

namespace spillway {

// `digits` as CardNumber has them. Nothing for a number that is of none of the companies.
std::optional<CardCompany> company_of_number(std::string_view digits);

}  // namespace spillway
