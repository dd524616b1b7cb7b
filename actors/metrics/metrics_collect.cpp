// The text of GET /metrics: every family with its HELP.
#include <sstream>

#include <prometheus/text_serializer.h>

#include "actors/base/log.hpp"
#include "actors/metrics/metric_families.hpp"
#include "actors/metrics/metrics.hpp"
#include "actors/metrics/process_metrics.hpp"
#include "actors/metrics/relay_metrics_collect.hpp"

namespace spillway::actors {

namespace {

struct NamedQueue {
  MetricLabels labels;
  const QueueMetrics* queue;
};

std::vector<NamedQueue> queues_of(const Metrics& metrics) {
  std::vector<NamedQueue> queues = {{{{"queue", "acceptance"}}, &metrics.acceptance},
                                    {{{"queue", "outbox"}}, &metrics.outbox},
                                    {{{"queue", "projection"}}, &metrics.projection},
                                    {{{"queue", "webhooks"}}, &metrics.webhooks.queue}};
  for (const RelayMetrics& relay : metrics.relays) {
    queues.push_back({{{"queue", "authorization"}, {"relay", relay.name}}, &relay.authorization});
    queues.push_back({{{"queue", "in_doubt"}, {"relay", relay.name}}, &relay.in_doubt});
  }
  return queues;
}

void collect_orders(const Metrics& metrics, MetricFamilies& families) {
  families.counter("orders_accepted_total", "Orders that were made durable and answered with 202.");
  families.sample(metrics.orders_accepted.value());
  families.counter("orders_replayed_total",
                   "Requests that repeated an idempotency key and got the first answer again.");
  families.sample(metrics.orders_replayed.value());
  families.counter("receipts_signed_total", "Answers that carried a signed receipt.");
  families.sample(metrics.receipts_signed.value());
  families.counter("personal_data_erased_total",
                   "Orders whose personal data was taken out of the journal.");
  families.sample(metrics.personal_data_erased.value());
  families.counter("orders_removed_total",
                   "Closed orders that left the journal; a line of each stays in the books.");
  families.sample(metrics.orders_removed.value());
  families.counter(
      "approvals_without_order_total",
      "Approvals that came after their orders had left the journal, or for none of its "
      "orders: somebody has to look.");
  families.sample(metrics.approvals_without_order.value());
  families.counter("orders_refused_total",
                   "Well-formed orders that were not accepted, by the reason why.");
  constexpr std::array<const char*, refusal_count> reasons = {"full", "in_flight", "other_body",
                                                              "no_room", "no_place"};
  for (std::size_t i = 0; i < refusal_count; ++i) {
    families.sample(metrics.orders_refused[i].value(), {{"reason", reasons[i]}});
  }
  families.counter("orders_outcome_total",
                   "Orders that came to an outcome, by it; one that comes to another later (an "
                   "approval by telephone, a cancel) counts there, too.");
  for (const Status status :
       {Status::approval_needed, Status::authorized, Status::refused, Status::cancelled}) {
    families.sample(metrics.orders_reached[static_cast<std::size_t>(status)].value(),
                    {{"status", std::string(to_text(status))}});
  }
  families.histogram("order_acceptance_seconds",
                     "From when an order's request was there until its 202 was written.");
  families.sample(metrics.acceptance_duration.read());
  families.gauge("orders_escalated",
                 "Orders that a person has to look at: their doubt could not be settled, or one "
                 "attempt after the other is lost.");
  families.sample(metrics.escalated.value());
  families.gauge("orders_set_aside",
                 "Orders whose data let nobody decide about them since the start; all others go "
                 "on.");
  families.sample(
      static_cast<std::int64_t>(metrics.orders_set_aside ? metrics.orders_set_aside() : 0));
  families.counter("cases_resolved_total",
                   "Cases that an operator has resolved, by what was found at the issuer.");
  for (const CaseOutcome outcome : {CaseOutcome::not_charged, CaseOutcome::authorized})
    families.sample(metrics.cases_resolved[static_cast<std::size_t>(outcome)].value(),
                    {{"outcome", std::string(to_text(outcome))}});
}

void collect_journal(const Metrics& metrics, MetricFamilies& families) {
  families.counter("journal_records_total", "Records that were committed to the journal.");
  families.sample(metrics.journal_records.value());
  families.counter("journal_commits_total", "Transactions that were committed to the journal.");
  families.sample(metrics.journal_commits.value());
  families.histogram("journal_commit_seconds",
                     "How long a journal commit took, from its first write to the disk's word.");
  families.sample(metrics.journal_commit_duration.read());
  families.gauge("journal_last_record", "The number of the last committed record.");
  families.sample(metrics.journal_last_record.value());
}

void collect_data_files(const Metrics& metrics, MetricFamilies& families) {
  families.gauge("data_file_used_bytes",
                 "How much of a data file was ever used; what is free again is used again.");
  for (const auto& file : metrics.data_files)
    families.sample(file.used_bytes.value(), {{"file", file.name}});
  families.gauge("data_file_reader_age_seconds",
                 "How long a reader has held back what a data file freed since; 0 without one.");
  for (const auto& file : metrics.data_files)
    families.sample(seconds_of(file.reader_age_us.value()), {{"file", file.name}});
  families.gauge("data_file_reader_growth_bytes",
                 "By how much a data file grew while its oldest reader held back freed pages.");
  for (const auto& file : metrics.data_files)
    families.sample(file.grown_bytes.value(), {{"file", file.name}});
  families.counter("data_file_dead_readers_total",
                   "Readers that processes left behind which are gone, and which were cleared.");
  families.sample(metrics.dead_readers.value());
}

void collect_queues(const Metrics& metrics, Timestamp now, MetricFamilies& families) {
  const auto queues = queues_of(metrics);
  families.gauge("queue_length", "How many wait in a queue.");
  for (const auto& [labels, queue] : queues) families.sample(queue->length.value(), labels);
  families.gauge("queue_oldest_age_seconds",
                 "How long the oldest that waits in a queue has waited; 0 when nothing waits.");
  for (const auto& [labels, queue] : queues) {
    families.sample(seconds_of(queue->oldest_age(now).count()), labels);
  }
  families.counter("queue_in_total", "How many entered a queue.");
  for (const auto& [labels, queue] : queues) families.sample(queue->in.value(), labels);
  families.counter("queue_out_total", "How many left a queue.");
  for (const auto& [labels, queue] : queues) families.sample(queue->out.value(), labels);
}

void collect_mails(const Metrics& metrics, MetricFamilies& families) {
  families.counter("mails_total", "What the mail server said to a mail, by result.");
  families.sample(metrics.mails_delivered.value(), {{"result", "delivered"}});
  families.sample(metrics.mails_later.value(), {{"result", "later"}});
  families.sample(metrics.mails_refused.value(), {{"result", "refused"}});
  families.sample(metrics.mails_given_up.value(), {{"result", "given_up"}});
  families.sample(metrics.mails_dropped.value(), {{"result", "dropped"}});
  families.gauge("mails_deferred",
                 "Mails that the server put off for their recipient's or their own sake.");
  families.sample(metrics.mails_put_off.value());
  families.gauge(
      "mail_server_away",
      "Whether all mails wait since the mail server is away or does not let us in (1) or "
      "not (0).");
  families.sample(metrics.mail_server_away.value());
}

void collect_webhooks(const WebhookMetrics& webhooks, MetricFamilies& families) {
  families.counter("webhook_deliveries_total",
                   "Deliveries to webhooks that were tried, by how it went.");
  families.sample(webhooks.delivered.value(), {{"result", "delivered"}});
  families.sample(webhooks.failed.value(), {{"result", "later"}});
  families.sample(webhooks.given_up.value(), {{"result", "given_up"}});
  families.counter("webhooks_gone_total", "Webhooks whose receiver said that it is gone.");
  families.sample(webhooks.gone.value());
}

void collect_streams(const Metrics& metrics, MetricFamilies& families) {
  const net::EventFeedCounts counts = metrics.feed_counts();
  families.gauge("event_streams", "Streams of events that are open.");
  families.sample(static_cast<std::int64_t>(counts.open));
  families.counter("event_streams_total", "Streams of events that were opened.");
  families.sample(counts.opened_total);
  families.counter("events_streamed_total",
                   "Events that were handed to streams, each stream counted.");
  families.sample(metrics.events_streamed.value());
}

void collect_members(const Metrics& metrics, MetricFamilies& families) {
  families.gauge("members", "Members whose accounts are open.");
  families.sample(metrics.members.value());
  families.counter("logins_total", "Log-ins of members, by result.");
  families.sample(metrics.logins.value(), {{"result", "let_in"}});
  families.sample(metrics.logins_refused.value(), {{"result", "wrong_password"}});
  families.sample(metrics.logins_throttled.value(), {{"result", "throttled"}});
  families.gauge("passwords_waiting", "Passwords that wait to be hashed or compared.");
  families.sample(metrics.passwords_waiting.value());
  families.counter("passwords_refused_total",
                   "Passwords that were not taken because as many waited as may.");
  families.sample(metrics.passwords_refused.value());
}

void collect_http(const net::HttpCounts& counts, MetricFamilies& families) {
  families.gauge("http_connections", "Connections that are open.");
  families.sample(counts.connections_open);
  families.counter("http_connections_total", "Connections that were taken.");
  families.sample(counts.connections_total);
  families.counter("http_requests_total", "Requests that arrived whole.");
  families.sample(counts.requests_total);
  families.counter("http_responses_total", "Requests that were answered.");
  families.sample(counts.responses_total);
  families.counter("http_tls_handshakes_total", "TLS handshakes that came about.");
  families.sample(counts.handshakes_total);
  families.counter("http_rejected_total",
                   "Requests and connections that the server turned away by itself, by reason.");
  constexpr std::array<const char*, net::http_rejection_kinds> reasons = {
      "malformed",       "timed_out",     "body_too_large",
      "head_too_large",  "not_supported", "too_many_connections",
      "handshake_failed"};
  for (std::size_t i = 0; i < reasons.size(); ++i) {
    families.sample(counts.rejected_total[i], {{"reason", reasons[i]}});
  }
}

void collect_answers(const std::vector<net::ApiAnswerCount>& counts, MetricFamilies& families) {
  families.counter("http_answers_total",
                   "Requests that were answered, by route, method and class of the status; no "
                   "route: the server itself turned them away, or there is nothing at the path.");
  for (const net::ApiAnswerCount& each : counts) {
    families.sample(each.count, {{"route", std::string(each.route)},
                                 {"method", std::string(each.method)},
                                 {"status", std::string(1, each.status_class) + "xx"}});
  }
}

}  // namespace

std::vector<prometheus::MetricFamily> Metrics::Collect() const {
  MetricFamilies families;
  families.gauge("build_info", "Always 1; the version stands in the label.");
  families.sample(1.0, {{"version", SPILLWAY_VERSION}});
  families.counter("log_lines_dropped_total",
                   "Lines of the log that were dropped, since nobody read those before or they "
                   "could not be written.");
  families.sample(log_lines_dropped());
  collect_orders(*this, families);
  collect_journal(*this, families);
  collect_data_files(*this, families);
  collect_queues(*this, now_(), families);
  collect_relays(relays, families);
  nodes.collect(families);
  collect_mails(*this, families);
  collect_webhooks(webhooks, families);
  if (feed_counts) collect_streams(*this, families);
  collect_members(*this, families);
  if (http_counts) collect_http(http_counts(), families);
  if (answer_counts) collect_answers(answer_counts(), families);
  collect_process(families);
  if (tls_certificate_ends.value() != 0) {
    families.gauge("http_tls_certificate_end_timestamp_seconds",
                   "When the certificate that HTTP shows ends, in seconds since 1970.");
    families.sample(tls_certificate_ends.value());
  }
  return families.take();
}

std::string Metrics::to_prometheus_text() const {
  std::ostringstream out;
  prometheus::TextSerializer().Serialize(out, Collect());
  return std::move(out).str();
}

}  // namespace spillway::actors
