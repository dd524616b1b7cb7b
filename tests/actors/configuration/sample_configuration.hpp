// What tests of the configuration begin with: one that is good, to be changed in one place.
#pragma once

#include <string>

#include <gtest/gtest.h>

#include "actors/configuration/configuration.hpp"

namespace spillway::actors {

inline const std::string shop_hash(64, 'a');

// A configuration without a flaw; the tests change one thing in it.
inline std::string good() {
  return "[[shops]]\n"
         "id = 7\n"
         "name = 'Shoes'\n"
         "key_hashes = ['" +
         shop_hash +
         "']\n"
         "mail_from = 'orders@shoes.example'\n"
         "merchant = 'M1'\n"
         "terminal = 'T1'\n"
         "[[relays]]\n"
         "id = 3\n"
         "name = 'east'\n"
         "host = 'relay.example'\n"
         "port = 8583\n"
         "acquirer = '123456'\n"
         "companies = ['VISA']\n";
}

inline std::string replaced(std::string text, const std::string& what, const std::string& with) {
  const auto at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), with);
}

inline std::string error_of(const std::string& toml) {
  const auto result = parse_configuration(toml, "spillway.toml");
  return result ? "" : result.error().message;
}

}  // namespace spillway::actors
