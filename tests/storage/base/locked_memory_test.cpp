#include "storage/base/locked_memory.hpp"

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "storage/base/secret_key.hpp"

namespace spillway::storage {
namespace {

// The flags of the mapping that holds this address (proc(5), smaps).
std::string flags_of(const void* address) {
  std::ifstream maps("/proc/self/smaps");
  const auto wanted = reinterpret_cast<std::uintptr_t>(address);
  bool inside = false;
  for (std::string line; std::getline(maps, line);) {
    std::uintptr_t begin = 0;
    std::uintptr_t end = 0;
    char dash = 0;
    std::istringstream range(line);
    if (range >> std::hex >> begin >> dash >> end && dash == '-')
      inside = begin <= wanted && wanted < end;
    else if (inside && line.starts_with("VmFlags:"))
      return line + " ";
  }
  return "";
}

TEST(LockedMemory, HoldsKeysOutOfSwapAndCoreFiles) {
  const SecretKey key;
  const std::string flags = flags_of(key.bytes.data());
#ifndef SPILLWAY_SANITIZED  // AddressSanitizer makes nothing of mlock
  EXPECT_NE(flags.find(" lo "), std::string::npos) << flags;
#endif
  EXPECT_NE(flags.find(" dd "), std::string::npos) << flags;
}

TEST(LockedMemory, IsZerosWhenItIsTakenAgain) {
  std::vector<const void*> places;
  for (int round = 0; round < 3; ++round) {
    SecretKey key;
    EXPECT_EQ(key.bytes, SecretKey::Bytes());
    key.bytes.fill(0x5A);
    places.push_back(key.bytes.data());
  }
  EXPECT_EQ(places[0], places[2]) << "the slot that was given back first is taken first";
}

TEST(LockedMemory, GivesEachKeyAPlaceOfItsOwn) {
  std::vector<SecretKey> keys(2'000);  // several regions
  for (std::size_t i = 0; i < keys.size(); ++i)
    keys[i].bytes.fill(static_cast<unsigned char>(i % 251));
  const std::vector<SecretKey> copies = keys;
  for (std::size_t i = 0; i < keys.size(); ++i) keys[i].bytes.fill(0);
  for (std::size_t i = 0; i < copies.size(); ++i)
    ASSERT_EQ(copies[i].bytes[31], static_cast<unsigned char>(i % 251)) << i;
}

}  // namespace
}  // namespace spillway::storage
