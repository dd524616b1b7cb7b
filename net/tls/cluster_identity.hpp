// Who a system of the cluster is, proved beside TLS. CAF's TLS lets in whoever holds a certificate
// of the cluster's CA, and tells nobody whose it is (docs/decisions/0017-names-beside-tls.md). So
// each side sends its certificate and a signature over what both have seen, and the other side
// learns the name from here.
//
// What is signed has to hold something that the verifying side chose by chance for this connection,
// the signer's side of it, and the keys that both have put into the link (net/tls/link_secret.hpp):
// otherwise a proof could be carried over to another connection.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "engine/base/result.hpp"
#include "engine/base/time.hpp"

namespace spillway::net {

// This process's own certificate and key, and the CA it trusts. Immutable, thread-safe; copies
// share what is in it.
class ClusterIdentity {
 public:
  // PEM files: `certificate` with the own one first, `ca` with one CA or several, of which each is
  // trusted. The key is of mode 0600 and without a passphrase; the certificate is of the CA, valid
  // now, no CA itself, and made out to a node name (engine/account/node_name.hpp). Reads the civil
  // clock. Errors name the file and the reason.
  static Result<ClusterIdentity> open(const std::filesystem::path& certificate,
                                      const std::filesystem::path& key,
                                      const std::filesystem::path& ca);

  const std::string& name() const;  // from the certificate
  const std::string& certificate_pem() const;

  // With the certificate's key. The signature is good for `verify` and nothing else: TLS signs with
  // the same key, so what is signed here begins with words of its own.
  std::string sign(std::string_view what) const;

  // Whose certificate it is, if the CA signed it, it is valid at `now`, and `signature` over `what`
  // was made with its key. The error is a sentence for the log. All texts may come from anybody.
  Result<std::string> verify(std::string_view certificate_pem, std::string_view what,
                             std::string_view signature, Timestamp now) const;

 private:
  struct State;
  explicit ClusterIdentity(std::shared_ptr<const State> state) : state_(std::move(state)) {}
  std::shared_ptr<const State> state_;
};

}  // namespace spillway::net
