// Limits of HTTP, by name. Sizes in bytes unless the name says otherwise.
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

// ---- Telling shops ----
constexpr auto http_feed_quiet_max = 15s;  // then a heartbeat, so that nobody in between cuts it

}  // namespace spillway::limits
