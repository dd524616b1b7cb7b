// How fast passwords may be tried. Three rules, of which each attempt has to satisfy all:
//
// 1. One account from one address: some failures are free, after that each doubles the wait.
// 2. One address at all accounts together: some failures at once, then one in a while.
// 3. One account from strangers, addresses that were never let in there: the same. So a crowd of
//    addresses guesses at one account no faster than one, and the owner, whose own address is
//    known, is never held up by it: nobody can lock out somebody else.
//
// An attempt counts as failed from its beginning until it has succeeded, so that many at once do
// not slip through. Everything is in memory, bounded, and forgotten with a restart.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/ids.hpp"
#include "engine/base/recent_table.hpp"
#include "engine/base/time.hpp"

namespace spillway {

// Not thread-safe.
class LoginThrottle {
 public:
  LoginThrottle();

  // How long to wait; nothing: the attempt may be made, and is counted. `account` is what was asked
  // for, whether or not there is such a member. `address` as the one who counts it sees it: an IPv4
  // address, or the first 64 bits of an IPv6 one.
  std::optional<Duration> attempt(std::string_view account, std::string_view address,
                                  MonotonicTime now);

  // The attempt was made with the right password, or was not made after all.
  void succeeded(std::string_view account, std::string_view address, MonotonicTime now);
  void withdraw(std::string_view account, std::string_view address, MonotonicTime now);

 private:
  struct Pair {
    std::uint32_t failures = 0;
    MonotonicTime free_at{};
    MonotonicTime let_in_until{};  // known until then
  };
  // A bucket as one point in time: it is full when that has passed, and empty when it lies a whole
  // burst ahead.
  struct Bucket {
    MonotonicTime full_at{};
  };

  RecentTable<std::string, Pair> pairs_;
  RecentTable<std::string, Bucket> addresses_;
  RecentTable<std::string, Bucket> accounts_;  // of strangers
};

}  // namespace spillway
