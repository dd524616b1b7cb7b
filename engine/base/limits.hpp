// Every limit of the product, by name, in one place. Sizes in bytes unless the name says otherwise.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace spillway::limits {

using namespace std::chrono_literals;

// ---- HTTP ----
constexpr std::size_t http_head_max = 16 * 1024;     // request line and header fields
constexpr std::size_t http_header_fields_max = 256;  // proxies of a mesh add dozens of their own
constexpr std::size_t http_body_max = 704 * 1024;    // the longest order, every character escaped
constexpr std::size_t http_input_total_max = 64 * 1024 * 1024;  // not whole yet, of a loop
constexpr std::size_t http_chunk_line_max = 256;                // a chunk's size and its extensions
constexpr std::size_t http_pipeline_max = 64;        // unanswered requests on one connection
constexpr std::size_t http_output_max = 256 * 1024;  // unsent on one connection: no more is read
constexpr std::size_t http_unread_total_max = 64 * 1024 * 1024;  // on all connections of a loop
constexpr std::size_t http_connections_max = 20'000;
constexpr std::size_t http_refusals_max = 256;   // connections beyond that, being told 503
constexpr int http_backlog_max = 4'096;          // connections the kernel holds until accepted
constexpr std::size_t http_accepts_a_turn = 64;  // of a loop, so that who is in is served meanwhile
constexpr std::size_t http_constant_piece = 32 * 1024;  // of a constant body, written at once
// Unsent on a connection; with more the kernel begins no further segment, of up to 64 KiB.
constexpr int http_kernel_unsent_max = 32 * 1024;
constexpr std::size_t http_read_size = 64 * 1024;
constexpr std::size_t http_resting_buffer_max = 4 * 1024;  // kept by a connection between requests
constexpr auto http_head_time_max = 10s;                   // from the first byte to the blank line
constexpr auto http_body_time_max = 20s;
constexpr auto http_idle_time_max = 75s;   // between requests
constexpr auto http_write_time_max = 20s;  // without the kernel taking more for the client
constexpr auto http_linger_time_max = 2s;  // for the client to read an answer that ends it all
constexpr auto http_refused_rest = 100ms;  // of a connection that asked too often (429)
constexpr auto http_shutdown_time_max = 10s;
constexpr auto http_sweep_interval = 1s;  // how late a time limit may be noticed
// Connections that are looked at in one go. A look costs a microsecond when the connection's memory
// has left the caches: twelve thousand at once held up every request for 13 ms, once a second.
constexpr std::size_t http_sweep_part = 256;

// ---- TLS ----
constexpr auto tls_handshake_time_max = 10s;  // from accepting; a relay line has its connect time
constexpr std::size_t tls_handshakes_max = 1'024;   // under way on a loop
constexpr auto tls_handshake_turn_max = 2ms;        // of a loop's turn for their steps
constexpr std::size_t tls_handshakes_resumed = 16;  // a turn, of those that were put off
constexpr std::size_t tls_read_size = 64 * 1024;
constexpr std::size_t tls_file_max = 1024 * 1024;  // of certificates or a key

// ---- Nodes ----
constexpr auto node_heartbeat = 100ms;  // each way
constexpr auto node_lease = 400ms;      // a node that was not heard for so long sends nothing more
constexpr auto node_lost_after = 1s;    // without a heartbeat
constexpr auto node_rejoin_min = 50ms;  // between tries to join; doubles up to the next
constexpr auto node_rejoin_max = 2s;
constexpr auto node_reach_time_max = 1s;  // until a port answers at all, for each address
constexpr auto node_connect_time_max = 3s;
constexpr auto node_join_time_max = 3s;  // from hello to joined
constexpr std::size_t nodes_max = 64;    // joined to one first system
constexpr std::size_t node_relays_max = 64;
constexpr std::size_t node_systems_max = 32;  // joined by one node: as many as have numbers
constexpr std::size_t node_frame_max = 4 * 1024 * 1024;
constexpr std::size_t node_frame_requests_max = 256;   // in one frame; a batch beyond it is split
constexpr std::size_t node_results_max = 4'096;        // of one kind in one frame
constexpr std::size_t node_text_max = 16 * 1024;       // a certificate is the longest
constexpr std::size_t node_card_keys_max = 64;         // in one frame
constexpr std::size_t node_answers_kept_max = 65'536;  // for a system that is away; older ones go
constexpr std::uint64_t node_unpaced_per_second = 10'000;  // told of a line until measured
constexpr auto spill_wait_default = 20ms;
constexpr auto drain_measure_min = 20ms;  // what a line gets done is measured over this at least
constexpr auto drain_measure_max = 1s;    // nothing left in so long: it gets nothing done
static_assert(node_heartbeat * 2 < node_lease && node_lease < node_lost_after);

// ---- An order ----
// A text's length is in characters (Unicode code points), as JSON Schema counts it.
constexpr std::size_t utf8_bytes_max = 4;        // of a character
constexpr std::size_t json_escaped_max = 2 * 6;  // of a character: a pair of surrogates
constexpr std::size_t order_reference_max = 64;
constexpr std::size_t member_number_max = 32;
constexpr std::size_t buyer_name_max = 128;
constexpr std::size_t mail_address_max = 254;  // RFC 5321, 4.5.3.1.3
constexpr std::size_t items_max = 200;
constexpr std::size_t item_code_max = 64;
constexpr std::size_t item_name_max = 200;
constexpr std::int64_t item_quantity_max = 1'000'000;
constexpr std::int64_t amount_max = 999'999'999'999;  // ISO 8583 field 4: 12 digits
constexpr std::size_t json_depth_max = 16;
constexpr std::size_t json_fields_max = 64;   // of one object; bounds the search for doubled names
constexpr std::size_t field_errors_max = 32;  // told of one request
constexpr std::size_t idempotency_key_max = 255;
constexpr auto idempotency_key_life = 24h;
constexpr std::uint64_t order_number_max = (1ULL << 40) - 1;  // what fits a reference (field 37)
constexpr std::uint16_t attempts_max = 32'767;                // the same
constexpr int doubtful_attempts_max = 3;  // reversed unanswered, before the order is refused
constexpr int lost_attempts_borne = 5;    // in a row, before the order stands before a person

// ---- Members ----
constexpr std::uint32_t members_max = 1U << 24U;  // registered ever; 128 bytes of memory each
constexpr std::size_t member_address_max = 400;
constexpr std::size_t telephone_max = 32;
constexpr std::size_t password_characters_min = 10;
constexpr std::size_t password_max = 128;  // characters
constexpr std::size_t password_bytes_max = password_max * utf8_bytes_max;
constexpr std::size_t password_memory = 19 * 1024 * 1024;  // Argon2id
constexpr std::uint64_t password_passes = 2;
constexpr std::size_t passwords_waiting_max = 64;  // to be hashed; beyond: 503
constexpr std::size_t member_sessions_max = 8;     // of one member; the oldest goes
constexpr auto session_life = 24h;
constexpr std::uint32_t login_failures_free = 5;  // of one account from one address
constexpr auto login_wait_min = 1s;               // after these; doubles with each
constexpr auto login_wait_max = 15min;
constexpr std::uint32_t login_burst_of_address = 20;    // failures at whatever accounts
constexpr auto login_interval_of_address = 30s;         // and then one in this time
constexpr std::uint32_t login_burst_of_strangers = 10;  // failures at one account, from addresses
constexpr auto login_interval_of_strangers = 30s;       // that were never let in there
constexpr auto login_address_known = 30 * 24h;  // how long one counts as known that was let in
constexpr std::size_t login_table_max = 65'536;

// ---- The API beside the orders ----
constexpr std::uint16_t case_attempts_shown = 20;  // of one case, the newest
constexpr std::size_t control_body_max = 16 * 1024;
constexpr std::size_t control_requests_waiting_max = 1'024;  // at one desk, for a change under way

// ---- Shops ----
constexpr std::size_t shop_name_max = 64;
constexpr std::uint32_t shop_rate_max = 1'000'000;  // orders a second, and orders at once
constexpr std::size_t shop_keys_max = 16;           // of one shop

// ---- API keys ----
constexpr std::size_t api_key_min = 22;  // characters; 6 bits each: at least 132 bits
constexpr std::size_t api_key_max = 200;

// ---- Admission ----
constexpr std::size_t waiting_orders_max = 10'000'000;    // configurable downwards
constexpr std::size_t orders_in_acceptance_max = 16'384;  // between HTTP and their commit
constexpr std::size_t idempotency_entries_max = 32'000'000;
constexpr auto retry_after = 1s;

// ---- Batches ----
constexpr std::size_t acceptance_batch = 8;  // requests handed over at once by a loop
constexpr std::size_t commit_entries_max = 4'096;
constexpr std::size_t commit_bytes_max = 4 * 1024 * 1024;
constexpr std::size_t authorization_batch = 256;
constexpr std::size_t projection_batch = 20'000;
constexpr auto projection_retry = 1s;   // when the disk is full
constexpr auto projection_rest = 20ms;  // between two bulk projections

// ---- Orders as virtual actors ----
constexpr std::size_t order_shards = 8;
constexpr std::size_t order_shard_block = 64;  // consecutive numbers that share a shard

// ---- Listing ----
constexpr std::size_t list_page_default = 50;
constexpr std::size_t list_page_max = 500;
constexpr std::size_t list_scan_max = 20'000;  // entries looked at for one page

// ---- Journal ----
constexpr std::size_t journal_map_size = 1ULL << 40;      // address space, not disk
constexpr std::size_t journal_reserve = 64ULL << 20;      // kept for outcomes, cancels, reversals
constexpr std::size_t data_file_extension = 64ULL << 20;  // disk space taken at a time
constexpr std::size_t data_file_written_ahead = 1ULL << 20;  // zeros written at a time
constexpr auto room_check_interval = 1s;                     // how soon freed disk space is noticed
constexpr auto reader_look_interval = 5s;  // between two looks at who reads a data file
constexpr auto reader_age_max = 5min;      // of a reader of a data file, until operators are told
constexpr std::size_t record_body_max = 256 * 1024;
constexpr auto card_key_rest = 10min;  // after its epoch, before a card's key may be destroyed
constexpr std::size_t card_walk_batch = 1'000;  // cards looked at between two messages
constexpr auto card_epoch_min = 1h;
constexpr auto retention_interval = 1h;       // between two looks for what is to be erased
constexpr std::size_t erasure_batch = 1'000;  // orders in one transaction
constexpr std::size_t scrub_batch = 256;      // pages written over in one transaction
constexpr auto personal_data_min = 24h;
constexpr auto closed_orders_min = 24h;
constexpr std::size_t removal_batch = 250;             // closed orders in one transaction
constexpr std::size_t removal_orders_max = 50'000;     // looked up in one walk over the journal
constexpr std::uint64_t views_mark_interval = 10'000;  // orders from one mark of time to the next
constexpr std::size_t views_scan_max = 10'000;         // rows looked at after a projection

// ---- Registry ----
constexpr std::size_t registry_map_size = 1ULL << 36;  // address space, not disk
constexpr std::size_t registry_reserve = 8ULL << 20;   // kept for changes to what is there
constexpr std::size_t registry_file_extension = 1ULL << 20;
constexpr std::size_t registry_key_max = 480;
constexpr std::size_t registry_value_max = 128 * 1024;
constexpr std::size_t registry_changes_max = 1'024;  // of one commit that more than one share

// ---- Relay lines ----
constexpr std::size_t relay_message_max = 4'096;
constexpr std::size_t relay_outstanding_max = 4'096;
constexpr auto relay_reconnect_min = 100ms;
constexpr auto relay_reconnect_max = 30s;
constexpr auto shutdown_answers_max = 3s;  // for what is outstanding when the system stops
constexpr auto relay_tick = 20ms;          // how often a line looks for overdue answers
constexpr auto doubt_retry_min = 500ms;    // between repeats or reversals of one attempt
constexpr auto doubt_retry_max = 60s;
constexpr auto attempt_retry_min = 200ms;  // before a new attempt
constexpr auto attempt_retry_max = 60s;
constexpr auto relay_connect_time_max = 5s;                // until the sign-on is answered
constexpr auto relay_heartbeat_after = 5s;                 // nothing heard: an echo is asked for
constexpr auto relay_silence_max = 12s;                    // nothing heard: the line counts as lost
constexpr std::size_t relay_unsent_max = 4 * 1024 * 1024;  // for a peer that does not read

// ---- Pacing ----
constexpr double pace_min = 1.0 / 86'400;  // one a day
constexpr double pace_max = 1e6;
constexpr auto pace_tick = 2ms;        // permits of a pace that has several in it come together
constexpr auto pace_catch_up = 100ms;  // how far back a late timer's permits are made up for
constexpr auto pace_grain = 1ms;       // what was sent within it counts as sent at its end
constexpr auto window_margin = 2s;     // a window's hours end so much earlier for the queue
constexpr auto window_look_interval = 60s;  // how soon a civil clock that was set is noticed
constexpr int time_zone_year_max = 2100;    // what zones that change by rule are told until
constexpr std::size_t time_zone_name_max = 64;
constexpr std::size_t time_zone_file_max = 64 * 1024;
constexpr std::uint64_t batch_amount_max = 1'000'000;
constexpr auto batch_age_max = 24h;
constexpr auto adaptive_interval = 1s;   // between two judgements of a relay centre
constexpr auto adaptive_patience = 30s;  // then it is judged by however few answers there are
constexpr std::uint32_t adaptive_answers_min = 20;
constexpr auto adaptive_memory = 5min;    // how long a least answer time is remembered
constexpr auto verdict_unspoken = 30min;  // when an order is due that says nothing; see turn_of
constexpr auto promise_slack = 1s;        // commits and hand-overs beside what is predicted
constexpr auto promise_max = std::chrono::days(30);  // beyond it nothing is promised

// ---- Sandbox relay centre ----
constexpr std::size_t sandbox_references_max = 8'000'000;       // remembered; the oldest go
constexpr std::size_t sandbox_answers_waiting_max = 1'000'000;  // for their latency to pass
constexpr std::size_t sandbox_ledger_unwritten_max = 16 * 1024 * 1024;
constexpr auto sandbox_late_by = 8s;  // beyond the time that an engine waits for an answer

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

// ---- Telling of trouble ----
constexpr auto trouble_told_again = 1h;          // how often trouble that lasts is logged
constexpr auto trouble_lines_interval = 60s;     // in which of one kind
constexpr std::uint32_t trouble_lines_max = 10;  // so many are logged one by one

// ---- Telling shops ----
constexpr auto http_feed_quiet_max = 15s;  // then a heartbeat, so that nobody in between cuts it
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

// ---- Cluster ----
constexpr std::size_t node_name_max = 32;
constexpr auto cluster_ca_life = 24h * 3'653;  // 10 years
constexpr auto cluster_certificate_life = 24h * 825;
// Certificates begin so much earlier: a system whose clock is a day off still takes a new one.
constexpr auto cluster_certificate_backdated = 48h;
constexpr std::size_t cluster_certificate_max = 8 * 1024;  // PEM, as a peer sends it
constexpr std::size_t cluster_signature_max = 1'024;       // RSA with 8,192 bits
static_assert(acceptance_batch <= orders_in_acceptance_max);
static_assert(orders_in_acceptance_max >= commit_entries_max);
static_assert(list_page_default <= list_page_max && list_page_max <= list_scan_max);
static_assert(journal_reserve >= 8 * commit_bytes_max, "commits under way when it is reached fit");
constexpr std::size_t order_size_max(std::size_t character_max) {  // of all items, and the rest
  return items_max * ((item_code_max + item_name_max) * character_max + 128) + 16 * 1024;
}
static_assert(order_size_max(json_escaped_max) <= http_body_max, "an order fits, however escaped");
static_assert(order_size_max(utf8_bytes_max) <= record_body_max, "what was accepted is written");
static_assert(personal_data_min >= idempotency_key_life);
static_assert(closed_orders_min >= idempotency_key_life);
static_assert(shop_events_page * shop_event_bytes_max <= http_output_max, "a page fits the output");
static_assert(item_quantity_max <= amount_max);

}  // namespace spillway::limits
