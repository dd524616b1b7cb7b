// Limits of mails, events and webhooks, by name. Sizes in bytes unless the name says otherwise.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace spillway::limits {

using namespace std::chrono_literals;

// ---- Mail ----
constexpr std::size_t mails_in_flight_max = 8;         // that go as quickly as they should
constexpr std::size_t mail_connections_max = 32;       // with those that are slow
constexpr auto mail_slow_after = 1s;                   // under way for so long one counts as slow
constexpr std::size_t mail_retries_in_flight_max = 2;  // while others wait for their first try
constexpr std::size_t mail_retries_connections_max = 16;  // in all, the slow ones among them
constexpr std::size_t mail_message_id_max = 240;          // the name of a file, too
constexpr std::size_t mail_template_max = 64 * 1024;
constexpr std::size_t mail_columns = 76;
constexpr auto mail_retry_min = 1s;
constexpr auto mail_retry_max = 1h;
constexpr auto mail_pause_max = 60s;  // while the server is away, or does not take a sender's mail
constexpr auto mail_deferred_max = 5 * 24h;   // RFC 5321 4.5.4.1: then a mail that is put off ends
constexpr auto mail_deferred_min = 1h;        // but is put off for so long before, since a start
constexpr auto mail_trust = 10min;            // how long a delivery speaks for its sender
constexpr std::size_t mail_reason_max = 200;  // of what a mail server said
constexpr std::size_t mails_ended_max = 1'000;  // untold ones that are listed; the oldest go

// ---- Telling shops ----
constexpr std::size_t shop_events_page = 320;      // of one shop, read and sent in one piece
constexpr std::size_t event_feeds_max = 1'000;     // streams of events that are open
constexpr std::size_t event_feeds_shop_max = 20;   // of one shop
constexpr auto event_feed_retry = 2s;              // how long a client waits before it comes again
constexpr std::size_t shop_event_bytes_max = 768;  // of one event as it is sent; see the assertion

// ---- Webhooks ----
constexpr std::size_t webhooks_shop_max = 10;
constexpr std::size_t webhook_url_max = 2'048;
constexpr std::size_t webhook_in_flight_max = 8;    // deliveries to one endpoint at a time
constexpr std::size_t webhook_deliveries_max = 32;  // to all together
constexpr std::size_t webhook_retries_max = 1'000;  // of one endpoint, waiting to be tried again
constexpr std::size_t webhook_failed_max = 1'000;   // of one endpoint, given up and listed
constexpr auto webhook_retry_min = 5s;              // after a first failure
constexpr auto webhook_retry_max = 1h;
constexpr auto webhook_retry_time_max = 24h;      // then a delivery is given up
constexpr std::uint32_t webhook_pause_after = 3;  // failures in a row: one at a time then
constexpr auto webhook_pause_max = 60s;           // between two tries of a failing endpoint
constexpr auto webhook_retry_after_max = 1h;      // of what a receiver's Retry-After asks for
constexpr auto webhook_connect_time_max = 5s;
constexpr auto webhook_answer_time_max = 15s;          // of a delivery, with its connecting
constexpr std::size_t webhook_answer_max = 16 * 1024;  // read of an answer, and thrown away
constexpr auto webhook_secret_overlap = 24h;           // the old secret signs, too
constexpr auto webhook_place_interval = 1s;            // how often an endpoint's place is written

}  // namespace spillway::limits
