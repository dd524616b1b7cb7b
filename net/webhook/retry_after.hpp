// The Retry-After field of an answer (RFC 9110 10.2.3).
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "engine/base/time.hpp"
#include "engine/telling/limits.hpp"

namespace spillway::net {

// How long its sender asks to be left alone from `now` on: seconds, or until a date; at most
// limits::webhook_retry_after_max, never below zero. Nothing for what is neither.
std::optional<Duration> read_retry_after(std::string_view value, Timestamp now);

}  // namespace spillway::net
