// Limits of nodes, by name. Sizes in bytes unless the name says otherwise.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace spillway::limits {

using namespace std::chrono_literals;

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

}  // namespace spillway::limits
