#include "engine/account/login_throttle.hpp"

#include <algorithm>

#include "engine/account/limits.hpp"

namespace spillway {

namespace {

std::string pair_key(std::string_view account, std::string_view address) {
  return std::string(account).append(1, '\n').append(address);
}

struct Rate {
  std::uint32_t burst;
  std::chrono::nanoseconds interval;
};
constexpr Rate of_address{limits::login_burst_of_address, limits::login_interval_of_address};
constexpr Rate of_strangers{limits::login_burst_of_strangers, limits::login_interval_of_strangers};

// When the bucket has a token.
MonotonicTime free_at(MonotonicTime full_at, const Rate& rate) {
  return full_at - rate.interval * (rate.burst - 1);
}

void take(MonotonicTime& full_at, const Rate& rate, MonotonicTime now) {
  full_at = std::max(full_at, now) + rate.interval;
}

void give_back(MonotonicTime& full_at, const Rate& rate) {
  full_at -= rate.interval;
}

std::chrono::nanoseconds wait_after(std::uint32_t failures) {
  if (failures < limits::login_failures_free) return {};
  const std::uint32_t doublings = std::min(failures - limits::login_failures_free, 20U);
  return std::min<std::chrono::nanoseconds>(limits::login_wait_min * (1U << doublings),
                                            limits::login_wait_max);
}

}  // namespace

LoginThrottle::LoginThrottle()
    : pairs_(limits::login_table_max),
      addresses_(limits::login_table_max),
      accounts_(limits::login_table_max) {}

std::optional<Duration> LoginThrottle::attempt(std::string_view account, std::string_view address,
                                               MonotonicTime now) {
  Pair& pair = pairs_.touch(pair_key(account, address));
  Bucket& from_address = addresses_.touch(std::string(address));
  const bool known = now < pair.let_in_until;
  Bucket* const from_strangers = known ? nullptr : &accounts_.touch(std::string(account));

  MonotonicTime may_at = std::max(pair.free_at, free_at(from_address.full_at, of_address));
  if (from_strangers) may_at = std::max(may_at, free_at(from_strangers->full_at, of_strangers));
  if (may_at > now) return std::chrono::ceil<Duration>(may_at - now);

  ++pair.failures;
  pair.free_at = now + wait_after(pair.failures);
  take(from_address.full_at, of_address, now);
  if (from_strangers) take(from_strangers->full_at, of_strangers, now);
  return std::nullopt;
}

void LoginThrottle::succeeded(std::string_view account, std::string_view address,
                              MonotonicTime now) {
  withdraw(account, address, now);
  Pair& pair = pairs_.touch(pair_key(account, address));
  pair = {0, {}, now + limits::login_address_known};
}

void LoginThrottle::withdraw(std::string_view account, std::string_view address,
                             MonotonicTime now) {
  Pair& pair = pairs_.touch(pair_key(account, address));
  if (pair.failures > 0) --pair.failures;
  pair.free_at = {};
  give_back(addresses_.touch(std::string(address)).full_at, of_address);
  if (now >= pair.let_in_until)
    give_back(accounts_.touch(std::string(account)).full_at, of_strangers);
}

}  // namespace spillway
