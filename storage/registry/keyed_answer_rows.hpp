// Answers that are kept for repeats of their requests, as rows of the registry (MessagePack;
// docs/data-format.md).
//
//   keyed_answers  key: 'k', keyed hash of the request's name (16 bytes) → the answer
//                  key: 't', when it was made (8, µs since 1970, big-endian), that hash → nothing
//
// The answer is sealed under a secret that only the request has (XChaCha20-Poly1305; associated
// data: the row's key): it may hold another secret, which is shown once, or what is known of a
// person, and goes with nobody's key.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/time.hpp"

namespace spillway::storage {

using AnswerSecret = std::array<unsigned char, 32>;

struct KeyedAnswer {
  std::uint64_t status = 0;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string json;
  friend bool operator==(const KeyedAnswer&, const KeyedAnswer&) = default;
};

inline constexpr std::string_view keyed_answer_times =
    "t";  // what the second kind of keys begins with

std::string keyed_answer_key(const std::array<std::uint64_t, 2>& name);
std::string keyed_answer_time_key(Timestamp at, std::string_view answer_key);

// Of a time's key: when it was, and the answer's key. Nothing for other keys.
struct AnswerTime {
  Timestamp at;
  std::string answer_key;
};
std::optional<AnswerTime> keyed_answer_time_from(std::string_view time_key);

std::string seal_keyed_answer(std::string_view answer_key, std::string_view credential,
                              const AnswerSecret& secret, const KeyedAnswer& answer);

struct FoundAnswer {
  std::string credential;             // of the request
  std::optional<KeyedAnswer> answer;  // nothing: this is not its secret
};
// Nothing when the row is of no form that is known.
std::optional<FoundAnswer> open_keyed_answer(std::string_view answer_key, std::string_view value,
                                             const AnswerSecret& secret);

}  // namespace spillway::storage
