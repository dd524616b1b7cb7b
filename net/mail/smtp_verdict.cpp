#include "net/mail/smtp_verdict.hpp"

#include <algorithm>
#include <charconv>

#include "engine/base/characters.hpp"
#include "engine/telling/limits.hpp"

namespace spillway::net {

namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// RFC 4954 6 and RFC 4422: log in first, another mechanism, wrong, for now not, encrypt first.
bool is_of_log_in(int code) {
  return code == 432 || code == 454 || code == 530 || code == 534 || code == 535 || code == 538;
}

// The quota of our account (5.4.5, as large providers use it), a sender's address that is none or
// whose domain is not known (x.1.7, x.1.8).
bool is_of_sender(const std::optional<EnhancedStatus>& status) {
  if (!status) return false;
  const bool quota = status->kind == 5 && status->subject == 4 && status->detail == 5;
  return quota || (status->subject == 1 && (status->detail == 7 || status->detail == 8));
}

// RFC 1870 6 and RFC 3463 3.3, 3.4: it is too large.
bool is_of_size(int code, const std::optional<EnhancedStatus>& status) {
  if (!status) return code == 552;
  return (status->subject == 3 && status->detail == 4) ||
         (status->subject == 2 && status->detail == 3);
}

bool is_subject(const std::optional<EnhancedStatus>& status, int subject) {
  return status && status->subject == subject;
}

Delivery of_sender(int code, const std::optional<EnhancedStatus>& status) {
  if (code == 421 || is_subject(status, 3)) return Delivery::server;
  if (code >= 500 || code == 450 || is_subject(status, 1) || is_subject(status, 7))
    return Delivery::sender;
  return Delivery::server;
}

Delivery of_recipient(int code, const std::optional<EnhancedStatus>& status) {
  if (code < 500) return Delivery::deferred;
  if (is_subject(status, 1) || is_subject(status, 2)) return Delivery::refused;
  if (is_subject(status, 3) || is_subject(status, 7)) return Delivery::denied;
  // Without a code of RFC 3463: "transaction failed", and what no server says of a recipient.
  const bool of_recipients = code == 501 || code >= 550;
  return of_recipients && code != 554 ? Delivery::refused : Delivery::denied;
}

Delivery of_message(int code, const std::optional<EnhancedStatus>& status) {
  if (code < 500) return Delivery::deferred;
  if (is_subject(status, 7)) return Delivery::sender;
  if (is_subject(status, 3)) return Delivery::denied;
  const bool of_protocol = code == 500 || (code >= 502 && code <= 504);
  return of_protocol ? Delivery::denied : Delivery::refused;
}

int number_at(std::string_view& text) {
  int number = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const auto length = static_cast<std::size_t>(end - text.data());
  if (error != std::errc{} || length > 3 || !is_digit(text.front())) return -1;
  text.remove_prefix(length);
  return number;
}

}  // namespace

std::optional<EnhancedStatus> enhanced_status(std::string_view text) {
  EnhancedStatus status;
  for (int* part : {&status.kind, &status.subject, &status.detail}) {
    if (part != &status.kind) {
      if (!text.starts_with('.')) return std::nullopt;
      text.remove_prefix(1);
    }
    if (text.empty() || (*part = number_at(text)) < 0) return std::nullopt;
  }
  const bool known_kind = status.kind == 2 || status.kind == 4 || status.kind == 5;
  if (!known_kind || (!text.empty() && is_letter_or_digit(text.front()))) return std::nullopt;
  return status;
}

Delivery judge(const SmtpFailure& failure) {
  const bool early = failure.phase == SmtpPhase::connection || failure.phase == SmtpPhase::log_in;
  const bool late = failure.phase == SmtpPhase::recipient || failure.phase == SmtpPhase::message;
  if (early || is_of_log_in(failure.code)) return Delivery::server;
  if (failure.code < 400 || failure.code > 599) return late ? Delivery::deferred : Delivery::server;
  const auto status = enhanced_status(failure.text);
  if (is_of_sender(status)) return Delivery::sender;
  if (failure.code >= 500 && is_of_size(failure.code, status)) return Delivery::refused;
  switch (failure.phase) {
    case SmtpPhase::sender:
      return of_sender(failure.code, status);
    case SmtpPhase::recipient:
      return of_recipient(failure.code, status);
    default:
      return of_message(failure.code, status);
  }
}

namespace {

constexpr std::size_t card_digits_min = 12;

// Words of the text one by one: `change` may put something else in a word's place.
template <class IsOfWord, class Change>
std::string change_words(std::string_view text, IsOfWord is_of_word, Change change) {
  std::string out;
  while (!text.empty()) {
    const auto end = std::ranges::find_if_not(text, is_of_word);
    const auto length = static_cast<std::size_t>(end - text.begin());
    if (length == 0) {
      out.push_back(text.front());
      text.remove_prefix(1);
      continue;
    }
    out.append(change(text.substr(0, length)));
    text.remove_prefix(length);
  }
  return out;
}

bool same(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

}  // namespace

std::string told_reason(std::string_view answer, std::string_view address) {
  std::string text;
  for (const char c : answer) {
    const bool printable = c >= ' ' && c <= '~';
    const char plain = printable ? c : ' ';
    if (plain != ' ' || (!text.empty() && text.back() != ' ')) text.push_back(plain);
  }
  while (!text.empty() && text.back() == ' ') text.pop_back();
  // An address, and a quoted or encoded one: all between two characters that no address has.
  constexpr std::string_view around = " <>()[]{},;:\"";
  text = change_words(
      text, [&](char c) { return around.find(c) == std::string_view::npos; },
      [](std::string_view word) {
        const bool is_address =
            word.find('@') != std::string_view::npos || word.find("%40") != std::string_view::npos;
        return is_address ? std::string_view("(address)") : word;
      });
  const std::string_view local = address.substr(0, address.rfind('@'));
  text = change_words(
      text,
      [&](char c) {
        return is_letter_or_digit(c) || (around.find(c) == std::string_view::npos &&
                                         local.find(c) != std::string_view::npos);
      },
      [&](std::string_view word) {
        const auto digits = static_cast<std::size_t>(std::ranges::count_if(word, is_digit));
        if (!local.empty() && same(word, local)) return std::string_view("(address)");
        return digits >= card_digits_min ? std::string_view("(number)") : word;
      });
  if (text.size() > limits::mail_reason_max) text.resize(limits::mail_reason_max);
  return text;
}

}  // namespace spillway::net
