// A part of `verify`: the members of a stopped system.
#pragma once

#include <cstdint>
#include <filesystem>

#include "engine/base/result.hpp"
#include "storage/keys/keyring.hpp"
#include "storage/registry/registry.hpp"

namespace spillway::storage {

// Every row must be of a known form, and open under its member's key where that is there: without
// it the account is closed, though a copy of the registry has brought its row back. How many can be
// read.
Result<std::uint64_t> verify_members(const Registry& registry, const Keyring& keys,
                                     const std::filesystem::path& data_folder);

}  // namespace spillway::storage
