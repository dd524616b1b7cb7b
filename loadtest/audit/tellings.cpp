#include "loadtest/audit/tellings.hpp"

#include <algorithm>
#include <string>

namespace spillway::loadtest {
namespace {

std::string_view text_of(std::string_view json, std::string_view field) {
  const std::size_t at = json.find(field);
  if (at == std::string_view::npos) return {};
  const std::size_t begin = at + field.size();
  return json.substr(begin, json.find('"', begin) - begin);
}

}  // namespace

void Tellings::add(Teller teller, CodeNumber code, BookStatus status, MonotonicTime at) {
  const std::uint8_t bit = outcome_bit(status);
  if (code == 0 || bit == 0) return;
  std::lock_guard lock(mutex_);
  Telling& telling = orders_[code][static_cast<std::size_t>(teller)];
  Sums& sums = sums_[static_cast<std::size_t>(teller)];
  if ((telling.outcomes & bit) != 0) {
    ++sums.again;
    return;
  }
  if (telling.outcomes == 0) telling.first_at = at;
  telling.outcomes = static_cast<std::uint8_t>(telling.outcomes | bit);
  ++sums.told;
}

void Tellings::add_unbelieved(Teller teller) {
  std::lock_guard lock(mutex_);
  ++sums_[static_cast<std::size_t>(teller)].unbelieved;
}

OrderTellings Tellings::of(CodeNumber code) const {
  std::lock_guard lock(mutex_);
  const auto found = orders_.find(code);
  return found == orders_.end() ? OrderTellings{} : found->second;
}

std::uint64_t Tellings::told(Teller teller) const {
  std::lock_guard lock(mutex_);
  return sums_[static_cast<std::size_t>(teller)].told;
}

std::uint64_t Tellings::again(Teller teller) const {
  std::lock_guard lock(mutex_);
  return sums_[static_cast<std::size_t>(teller)].again;
}

std::uint64_t Tellings::unbelieved(Teller teller) const {
  std::lock_guard lock(mutex_);
  return sums_[static_cast<std::size_t>(teller)].unbelieved;
}

std::uint64_t Tellings::arrived() const {
  std::lock_guard lock(mutex_);
  std::uint64_t sum = 0;
  for (const Sums& one : sums_) sum += one.told + one.again;
  return sum;
}

std::optional<ToldOutcome> outcome_in_event(std::string_view json) {
  const std::string_view status = text_of(json, R"("status":")");
  const auto known = std::find(book_status_names.begin(), book_status_names.end(), status);
  if (known == book_status_names.end()) return std::nullopt;
  const ToldOutcome told{code_number(text_of(json, R"("order":")")),
                         static_cast<BookStatus>(known - book_status_names.begin())};
  if (told.code == 0 || outcome_bit(told.status) == 0) return std::nullopt;
  return told;
}

std::optional<ToldOutcome> outcome_in_message_id(std::string_view id) {
  constexpr std::size_t code_size = 12;
  const std::size_t end = id.find('@');
  if (end == std::string_view::npos || end <= code_size || id[code_size] != '.') {
    return std::nullopt;
  }
  const std::string code = std::string(id.substr(0, 4)) + "-" + std::string(id.substr(4, 4)) + "-" +
                           std::string(id.substr(8, 4));
  const std::string_view mail = id.substr(code_size + 1, end - code_size - 1);
  ToldOutcome told{code_number(code), BookStatus::received};
  if (mail == "thanks") told.status = BookStatus::authorized;
  if (mail == "refusal" || mail == "reorder") told.status = BookStatus::refused;
  if (mail == "cancellation") told.status = BookStatus::cancelled;
  if (told.code == 0 || told.status == BookStatus::received) return std::nullopt;
  return told;
}

}  // namespace spillway::loadtest
