#include "engine/order/dialect.hpp"

#include <algorithm>
#include <array>

#include "engine/base/invariants.hpp"

namespace spillway {

namespace {

using Meaning = std::pair<std::string_view, Answer>;

// ISO 8583:1987, appendix A, and what networks have added to it: 85 "no reason to decline" and 87
// "approved, purchase amount only" (Visa).
constexpr std::array meanings = {
    Meaning{"00", Answer::usable},          Meaning{"01", Answer::exceeds_ceiling},
    Meaning{"02", Answer::exceeds_ceiling}, Meaning{"08", Answer::held_unlike},
    Meaning{"09", Answer::no_verdict},      Meaning{"10", Answer::held_unlike},
    Meaning{"11", Answer::held_unlike},     Meaning{"16", Answer::held_unlike},
    Meaning{"20", Answer::no_verdict},      Meaning{"32", Answer::held_unlike},
    Meaning{"68", Answer::no_verdict},      Meaning{"85", Answer::held_unlike},
    Meaning{"87", Answer::held_unlike},     Meaning{"91", Answer::come_back_later},
    Meaning{"94", Answer::no_verdict},      Meaning{"96", Answer::come_back_later},
};

constexpr std::array words = {
    Meaning{"approved", Answer::usable},     Meaning{"approval_needed", Answer::exceeds_ceiling},
    Meaning{"refused", Answer::unusable},    Meaning{"come_back_later", Answer::come_back_later},
    Meaning{"reverse", Answer::held_unlike}, Meaning{"in_doubt", Answer::no_verdict},
};

bool is_blank(const ResponseCode& code) {
  return code.view().find_first_not_of(' ') == std::string_view::npos;
}

bool is_of(const RelayAnswer& answer, const Money& sum) {
  return answer.amount.value_or(sum.minor_units) == sum.minor_units &&
         answer.currency.value_or(sum.currency.numeric) == sum.currency.numeric;
}

}  // namespace

Answer Dialect::meaning_of(const ResponseCode& code) const {
  if (is_blank(code)) return Answer::no_verdict;
  const auto own = std::ranges::find(own_, code, &std::pair<ResponseCode, Answer>::first);
  if (own != own_.end()) return own->second;
  const auto known = std::ranges::find(meanings, code.view(), &Meaning::first);
  return known == meanings.end() ? Answer::unusable : known->second;
}

void Dialect::set(const ResponseCode& code, Answer meaning) {
  SPILLWAY_CHECK(code != "00" && !is_blank(code), "an approval cannot mean something else");
  own_.emplace_back(code, meaning);
}

Answer judge(const RelayAnswer& answer, const Money& asked, const Dialect& dialect) {
  const Answer meaning = dialect.meaning_of(answer.code);
  if (meaning != Answer::usable) return meaning;
  const bool partial_of_unknown = answer.code == "10" && !answer.amount;
  return is_of(answer, asked) && !partial_of_unknown ? Answer::usable : Answer::held_unlike;
}

std::optional<Money> named_by(const RelayAnswer& answer, const Money& asked) {
  if (!answer.amount && !answer.currency) return std::nullopt;
  return Money{answer.amount.value_or(asked.minor_units),
               Currency{answer.currency.value_or(asked.currency.numeric)}};
}

bool settles_reversal(const RelayAnswer& answer, const Money& asked,
                      const std::optional<Money>& held, bool late_window_over) {
  if (answer.code == "25") return late_window_over;
  if (answer.code != "00") return false;
  return is_of(answer, asked) || (held && is_of(answer, *held));
}

std::optional<Answer> meaning_from(std::string_view word) {
  const auto found = std::ranges::find(words, word, &Meaning::first);
  if (found == words.end()) return std::nullopt;
  return found->second;
}

}  // namespace spillway
