// Limits of the data folder, by name. Sizes in bytes unless the name says otherwise.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace spillway::limits {

using namespace std::chrono_literals;

// ---- Journal ----
constexpr std::size_t journal_map_size = 1ULL << 40;      // address space, not disk
constexpr std::size_t journal_reserve = 64ULL << 20;      // kept for outcomes, cancels, reversals
constexpr std::size_t data_file_extension = 64ULL << 20;  // disk space taken at a time
constexpr std::size_t data_file_written_ahead = 1ULL << 20;  // zeros written at a time
constexpr auto room_check_interval = 1s;                     // how soon freed disk space is noticed
constexpr auto reader_look_interval = 5s;  // between two looks at who reads a data file
constexpr auto reader_age_max = 5min;      // of a reader of a data file, until operators are told
constexpr auto card_key_rest = 10min;      // after its epoch, before a card's key may be destroyed
constexpr std::size_t card_walk_batch = 1'000;  // cards looked at between two messages
constexpr auto card_epoch_min = 1h;
constexpr auto retention_interval = 1h;                // between two looks for what is to be erased
constexpr std::size_t erasure_batch = 1'000;           // orders in one transaction
constexpr std::size_t scrub_batch = 256;               // pages written over in one transaction
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

}  // namespace spillway::limits
