#include "actors/metrics/relay_metrics_collect.hpp"

namespace spillway::actors {

namespace {

void collect_lines(const std::deque<RelayMetrics>& relays, MetricFamilies& families) {
  families.counter("relay_requests_total", "Requests sent to a relay centre, by kind.");
  constexpr std::array<const char*, 5> kinds = {"", "authorization", "authorization_repeat",
                                                "reversal", "reversal_repeat"};
  for (const RelayMetrics& relay : relays) {
    for (std::size_t i = 1; i < kinds.size(); ++i) {
      families.sample(relay.requests[i].value(), {{"relay", relay.name}, {"kind", kinds[i]}});
    }
  }
  families.counter("relay_answers_total", "Answers that came from a relay centre, by kind.");
  constexpr std::array<const char*, answer_count> answers = {
      "reversal",        "usable",      "unusable",  "exceeds_ceiling",
      "come_back_later", "held_unlike", "no_verdict"};
  for (const RelayMetrics& relay : relays) {
    for (std::size_t i = 0; i < answers.size(); ++i) {
      families.sample(relay.answers[i].value(), {{"relay", relay.name}, {"answer", answers[i]}});
    }
  }
  families.counter("relay_approvals_unlike_request_total",
                   "Approvals of another amount or currency than was asked, or with a reservation: "
                   "they are reversed.");
  for (const auto& relay : relays) {
    families.sample(relay.approvals_unlike_request.value(), {{"relay", relay.name}});
  }
  families.counter("relay_timeouts_total", "Requests that a relay centre did not answer in time.");
  for (const auto& relay : relays) {
    families.sample(relay.timeouts.value(), {{"relay", relay.name}});
  }
  families.counter("relay_line_losses_total", "How often the line to a relay centre was lost.");
  for (const auto& relay : relays) {
    families.sample(relay.line_losses.value(), {{"relay", relay.name}});
  }
  families.counter("relay_line_failures_total",
                   "How often a try to make the line to a relay centre came to nothing.");
  for (const auto& relay : relays) {
    families.sample(relay.line_failures.value(), {{"relay", relay.name}});
  }
  families.counter("relay_messages_passed_over_total",
                   "Messages of a relay centre that could not be read or used, by reason.");
  for (const auto& relay : relays) {
    for (std::size_t i = 0; i < relay.passed_over.size(); ++i) {
      const std::string reason(i == RelayMetrics::foreign_reference
                                   ? "foreign_reference"
                                   : to_text(static_cast<net::iso8583::Flaw>(i)));
      families.sample(relay.passed_over[i].value(), {{"relay", relay.name}, {"reason", reason}});
    }
  }
  families.counter("relay_tls_failures_total",
                   "How often TLS of the line to a relay centre came to nothing or broke.");
  for (const auto& relay : relays) {
    families.sample(relay.tls_failures.value(), {{"relay", relay.name}});
  }
  families.gauge("relay_line_up",
                 "Whether the line to a relay centre is signed on (1) or not (0).");
  for (const auto& relay : relays) {
    families.sample(relay.line_up.value(), {{"relay", relay.name}});
  }
  families.gauge("relay_paused",
                 "Whether an operator holds a relay centre's authorizations back (1) or not (0).");
  for (const auto& relay : relays) {
    families.sample(relay.paused.value(), {{"relay", relay.name}});
  }
  families.gauge("relay_outstanding_requests",
                 "Requests that were sent to a relay centre and are not answered yet.");
  for (const auto& relay : relays) {
    families.sample(relay.outstanding.value(), {{"relay", relay.name}});
  }
}

void collect_paces(const std::deque<RelayMetrics>& relays, MetricFamilies& families) {
  families.gauge("relay_permit_rate",
                 "Requests a second that are let out to a relay centre now, as it bears them; 0: "
                 "without a limit.");
  for (const auto& relay : relays) {
    families.sample(static_cast<double>(relay.rate_millihertz.value()) / 1e3,
                    {{"relay", relay.name}});
  }
  families.gauge("relay_permits_out",
                 "Permits for requests to a relay centre that were given and are neither returned "
                 "nor done.");
  for (const auto& relay : relays) {
    families.sample(relay.permits_out.value(), {{"relay", relay.name}});
  }
  families.gauge("relay_issuers_away",
                 "Card ranges whose issuers do not answer (91, 96): their orders wait by "
                 "themselves, and one at a time asks.");
  for (const auto& relay : relays) {
    families.sample(relay.issuers_away.value(), {{"relay", relay.name}});
  }
  families.gauge("relay_pace",
                 "The most that relay_permit_rate may come to: the pace in force, or the part of "
                 "it that this machine has now; 0: no pace is set.");
  for (const auto& relay : relays) {
    families.sample(static_cast<double>(relay.pace_millihertz.value()) / 1e3,
                    {{"relay", relay.name}});
  }
  families.counter("relay_rate_decreases_total",
                   "How often the rate to a relay centre was lowered, by what was seen of it.");
  for (const auto& relay : relays) {
    for (std::size_t i = 0; i < trouble_kinds; ++i) {
      families.sample(
          relay.rate_decreases[i].value(),
          {{"relay", relay.name}, {"reason", std::string(to_text(static_cast<Trouble>(i)))}});
    }
  }
}

void collect_promises(const std::deque<RelayMetrics>& relays, MetricFamilies& families) {
  families.histogram("order_outcome_seconds",
                     "From an order's reception to the verdict: authorized, refused or approval "
                     "needed.");
  for (const auto& relay : relays)
    families.sample(relay.outcome_duration.read(), {{"relay", relay.name}});
  families.counter("promises_total",
                   "Outcomes of orders that had been told when to expect them, by whether it was "
                   "by then.");
  for (const auto& relay : relays) {
    families.sample(relay.promises_kept.value(), {{"relay", relay.name}, {"result", "kept"}});
    families.sample(relay.promises_missed.value(), {{"relay", relay.name}, {"result", "missed"}});
  }
  families.counter("promises_missed_seconds_total",
                   "How late the outcomes were that came after they were promised, in all.");
  for (const auto& relay : relays) {
    families.sample(seconds_of(static_cast<std::int64_t>(relay.promises_missed_us.value())),
                    {{"relay", relay.name}});
  }
  families.counter("verdicts_total",
                   "Outcomes of orders whose shop said by when it wants them, by whether it was "
                   "by then.");
  for (const auto& relay : relays) {
    families.sample(relay.verdicts_in_time.value(), {{"relay", relay.name}, {"result", "in_time"}});
    families.sample(relay.verdicts_late.value(), {{"relay", relay.name}, {"result", "late"}});
  }
}

}  // namespace

void collect_relays(const std::deque<RelayMetrics>& relays, MetricFamilies& families) {
  collect_lines(relays, families);
  collect_paces(relays, families);
  collect_promises(relays, families);
}

}  // namespace spillway::actors
