// What one side of TLS connections shows and what it trusts: its certificate and key, the CAs, the
// protocol that it speaks. TLS 1.2 and 1.3 with forward secrecy and authenticated encryption alone;
// no renegotiation, no compression, no early data.
//
// Threads: one fills it; filled, it is shared by the connections of any.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "engine/base/result.hpp"
#include "engine/base/time.hpp"

struct ssl_ctx_st;

namespace spillway::net {

class TlsContext {
 public:
  enum class Side : std::uint8_t { client, server };

  explicit TlsContext(Side side);

  // All texts are PEM and may be wiped when the call returns. The errors go on after "the file …":
  // "holds no certificate". Of `use_certificate`: the own one first, then those that lead to a CA.
  Result<void> use_certificate(std::string_view pem);

  // The key of the certificate, which comes first. A key under a passphrase is refused.
  Result<void> use_key(std::string_view pem);

  // A client lets in servers, and a server lets in clients, whose certificate one of these has
  // signed or is. A server that trusts nobody asks for no certificate, a client that trusts nobody
  // lets nobody in.
  Result<void> trust(std::string_view pem);

  // The CAs that the operating system trusts.
  void trust_system();

  // ALPN (RFC 7301): HTTP/1.1 and nothing else. Clients that name no protocol are served.
  void speak_http();

  // When the own certificate ends to be valid; there is one.
  Timestamp certificate_ends() const;

  ssl_ctx_st* get() const { return context_.get(); }

 private:
  struct Free {
    void operator()(ssl_ctx_st* context) const;
  };
  std::unique_ptr<ssl_ctx_st, Free> context_;
  Side side_;
};

}  // namespace spillway::net
