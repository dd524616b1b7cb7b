// Limits of TLS and certificates, by name. Sizes in bytes unless the name says otherwise.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace spillway::limits {

using namespace std::chrono_literals;

// ---- TLS ----
constexpr auto tls_handshake_time_max = 10s;  // from accepting; a relay line has its connect time
constexpr std::size_t tls_handshakes_max = 1'024;   // under way on a loop
constexpr auto tls_handshake_turn_max = 2ms;        // of a loop's turn for their steps
constexpr std::size_t tls_handshakes_resumed = 16;  // a turn, of those that were put off
constexpr std::size_t tls_read_size = 64 * 1024;
constexpr std::size_t tls_file_max = 1024 * 1024;  // of certificates or a key

// ---- Cluster ----
constexpr auto cluster_ca_life = 24h * 3'653;  // 10 years
constexpr auto cluster_certificate_life = 24h * 825;
// Certificates begin so much earlier: a system whose clock is a day off still takes a new one.
constexpr auto cluster_certificate_backdated = 48h;
constexpr std::size_t cluster_certificate_max = 8 * 1024;  // PEM, as a peer sends it
constexpr std::size_t cluster_signature_max = 1'024;       // RSA with 8,192 bits

}  // namespace spillway::limits
