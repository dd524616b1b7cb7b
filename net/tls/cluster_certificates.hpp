// Makes the certificates of a cluster: a CA that signs nothing else, and certificates of its
// systems' names. Keys are ECDSA on P-256; serial numbers are 128 bits of chance (RFC
// 5280 4.1.2.2).
//
// Threads: everything from any.
#pragma once

#include <string>
#include <string_view>

#include "engine/base/result.hpp"
#include "engine/base/time.hpp"

namespace spillway::net {

// A certificate and its key, as PEM. The key is wiped with it.
struct CertifiedKey {
  std::string certificate;
  std::string key;

  CertifiedKey() = default;
  CertifiedKey(CertifiedKey&&) noexcept = default;
  CertifiedKey& operator=(CertifiedKey&&) noexcept = default;
  ~CertifiedKey();
};

// A CA of its own name ("Spillway cluster CA 1f0c…"), so that an old and a new one are told apart.
// It signs certificates of systems and no other CA.
CertifiedKey make_cluster_ca(Timestamp now);

// What the CA certifies for a system: subject CN = name, subjectAltName DNS:name, for both sides of
// TLS, no CA itself. Ends with the CA at the latest. The error says which text is no good: "the
// CA's certificate …", "the CA's key …", or that the CA is over.
Result<CertifiedKey> certify_name(std::string_view name, std::string_view ca_certificate,
                                  std::string_view ca_key, Timestamp now);

}  // namespace spillway::net
