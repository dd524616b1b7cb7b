// Limits of orders, their admission, batches and lists, by name. Sizes in bytes unless the name
// says otherwise.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace spillway::limits {

using namespace std::chrono_literals;

// ---- An order ----
constexpr std::size_t order_reference_max = 64;
constexpr std::size_t items_max = 200;
constexpr std::size_t item_code_max = 64;
constexpr std::size_t item_name_max = 200;
constexpr std::int64_t item_quantity_max = 1'000'000;
constexpr std::size_t idempotency_key_max = 255;
constexpr auto idempotency_key_life = 24h;
constexpr int doubtful_attempts_max = 3;  // reversed unanswered, before the order is refused
constexpr int lost_attempts_borne = 5;    // in a row, before the order stands before a person

// ---- The API beside the orders ----
constexpr std::uint16_t case_attempts_shown = 20;  // of one case, the newest

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
constexpr std::size_t record_body_max = 256 * 1024;
constexpr auto personal_data_min = 24h;
constexpr auto closed_orders_min = 24h;

// ---- Pacing ----
constexpr auto verdict_unspoken = 30min;  // when an order is due that says nothing; see turn_of

}  // namespace spillway::limits
