#include <fmt/format.h>

#include "loadtest/run/result_json.hpp"

namespace spillway::loadtest {
namespace {

std::string times_line(const char* name, const Histogram& times) {
  if (times.empty()) return "";
  return fmt::format("  {:<11} p50 {:>8}  p99 {:>8}  p99.99 {:>8}  max {:>8}  of {}\n", name,
                     to_short_text(times.quantile(0.5)), to_short_text(times.quantile(0.99)),
                     to_short_text(times.quantile(0.9999)), to_short_text(times.max()),
                     times.count());
}

std::string audit_lines(const RunOutcome& outcome) {
  if (!outcome.audit_error.empty()) {
    return "  audit: could not be made: " + outcome.audit_error + "\n";
  }
  if (!outcome.audit) return "";
  const AuditResult& audit = *outcome.audit;
  std::string text = fmt::format(
      "  audit: {} acknowledged, {} more in the books that got no answer: {} authorized, {} "
      "refused, "
      "{} cancelled, {} to be approved; {} lost, {} twice, {} unexplained{}\n",
      audit.acknowledged, audit.unacknowledged, audit.authorized, audit.refused, audit.cancelled,
      audit.approval_needed, audit.figures.lost, audit.figures.twice, audit.figures.unexplained,
      audit.with_ledgers ? fmt::format(", {} charged twice", audit.figures.charged_twice)
                         : "; no ledger was given, so charges are not audited");
  for (const LedgerPace& pace : audit.paces) {
    text += fmt::format("  relay {}: {} authorizations, at most {} in a second{}\n", pace.relay,
                        pace.requests, pace.most_in_second,
                        pace.pace_max > 0 ? fmt::format(" at a pace of {:g}", pace.pace_max) : "");
  }
  for (std::size_t i = 0; i < tellers; ++i) {
    const TellingSums& sums = audit.tellings[i];
    if (!sums.wanted) continue;
    text += fmt::format("  {}: {} outcomes told, {} again, {} missing, {} told otherwise\n",
                        teller_names[i], sums.told, sums.again, sums.missing, sums.disagree);
  }
  for (const std::string& flaw : audit.flaws) text += "  FLAW: " + flaw + "\n";
  if (audit.flaws_count > audit.flaws.size()) {
    text += fmt::format("  and {} more flaws\n", audit.flaws_count - audit.flaws.size());
  }
  return text;
}

std::string errors_line(const Measurements& measured) {
  std::string text;
  for (const Count kind :
       {Count::overloaded, Count::given_up, Count::unknown, Count::unreachable, Count::closed,
        Count::timed_out, Count::garbage, Count::wrong_status, Count::wrong_repeat}) {
    if (measured.count(kind) == 0) continue;
    text += fmt::format("{}{} {}", text.empty() ? "  not well: " : ", ",
                        count_names[static_cast<std::size_t>(kind)], measured.count(kind));
  }
  return text.empty() ? "" : text + "\n";
}

}  // namespace

std::string summary_of(const RunOutcome& outcome) {
  const Measurements& measured = outcome.load.measured;
  const double seconds =
      std::max(1e-9, std::chrono::duration<double>(outcome.scenario.duration()).count());
  std::string text =
      fmt::format("\n{}: {} arrivals, {} accepted, {:.0f}/s\n", outcome.scenario.name,
                  measured.count(Count::arrivals), measured.count(Count::accepted),
                  static_cast<double>(measured.count(Count::accepted)) / seconds);
  text += times_line("accept", measured.times(Measure::accept));
  text += times_line("service", measured.times(Measure::service));
  text += times_line("outcome", measured.times(Measure::outcome));
  text += errors_line(measured);
  text += audit_lines(outcome);
  if (!outcome.verify.empty()) text += "  verify: " + outcome.verify + "\n";
  const StepVerdict* last = nullptr;
  for (const StepVerdict& step : outcome.steps) {
    if (step.healthy) last = &step;
  }
  if (!outcome.steps.empty()) {
    text += last == nullptr ? "  no step was healthy\n"
                            : fmt::format("  the last healthy step: {:.0f}/s\n", last->rate);
  }
  for (const auto& verdict : outcome.verdicts) {
    text += fmt::format("  {} {}\n", verdict.met ? "met   " : "MISSED", verdict.sentence);
  }
  for (const std::string& reason : outcome.invalid) text += "  INVALID: " + reason + "\n";
  return text;
}

}  // namespace spillway::loadtest
