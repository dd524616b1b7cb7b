// A value or the error that stands in its place, shaped like C++23's std::expected.
// Errors are values here; a declined card is an outcome and not an error; a broken invariant is
// neither (see invariants.hpp).
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "engine/base/invariants.hpp"

namespace spillway {

// What went wrong, in a sentence for the person who reads it.
struct Error {
  std::string message;
};

template <class T, class E = Error>
class [[nodiscard]] Result {
 public:
  Result(T value) : content_(std::in_place_index<0>, std::move(value)) {}
  Result(E error) : content_(std::in_place_index<1>, std::move(error)) {}

  bool has_value() const { return content_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  T& value() {
    SPILLWAY_CHECK(has_value(), "a result without a value was used as one");
    return std::get<0>(content_);
  }
  const T& value() const {
    SPILLWAY_CHECK(has_value(), "a result without a value was used as one");
    return std::get<0>(content_);
  }
  E& error() { return std::get<1>(content_); }
  const E& error() const { return std::get<1>(content_); }

  T& operator*() { return value(); }
  const T& operator*() const { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

 private:
  std::variant<T, E> content_;
};

template <class E>
class [[nodiscard]] Result<void, E> {
 public:
  Result() = default;
  Result(E error) : error_(std::move(error)) {}

  bool has_value() const { return !error_.has_value(); }
  explicit operator bool() const { return has_value(); }
  E& error() { return *error_; }
  const E& error() const { return *error_; }

 private:
  std::optional<E> error_;
};

}  // namespace spillway
