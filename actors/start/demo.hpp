// What `serve --demo` runs with: two shops with keys of their own, the sandbox relay centre for
// every card company, mails as files.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>

#include "actors/configuration/configuration.hpp"
#include "engine/base/result.hpp"

namespace spillway::actors {

// The keys in the clear, from DATA/demo-keys.json (mode 0600): made at the first start, the same
// at every later one.
struct DemoKeys {
  std::array<std::string, 2> shops;
  std::string operator_key;
};

struct Demo {
  Configuration configuration;
  DemoKeys keys;
};

// Makes the data folder (mode 0700) when it is missing. The sandbox relay centre listens on
// 127.0.0.1:`relay_port`.
Result<Demo> make_demo(const std::filesystem::path& data, const Address& listen,
                       std::uint16_t relay_port);

}  // namespace spillway::actors
