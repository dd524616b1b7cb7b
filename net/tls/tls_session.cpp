#include "net/tls/tls_session.hpp"

#include <algorithm>
#include <cstring>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "engine/base/invariants.hpp"

namespace spillway::net {
namespace {

// Why the certificate that the peer showed is not good.
std::string certificate_flaw(long flaw, const std::string& name) {
  switch (flaw) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return "the peer's certificate has expired";
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return "the peer's certificate is not valid yet";
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return "the peer's certificate is not made out to " + name;
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return "the peer's certificate comes from a CA that is not trusted here";
    default:
      return std::string("the peer's certificate is not good: ") +
             X509_verify_cert_error_string(flaw);
  }
}

std::string failure_of(unsigned long error) {
  switch (ERR_GET_REASON(error)) {
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_HTTP_REQUEST:
    case SSL_R_HTTPS_PROXY_REQUEST:
      return "the peer does not speak TLS";
    case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE:
      return "the peer showed no certificate";
    default:
      break;
  }
  // What the peer's alert says has a reason from here on (RFC 8446 6.2).
  const char* reason = ERR_reason_error_string(error);
  const std::string what = reason != nullptr ? reason : "unknown reason";
  return ERR_GET_REASON(error) >= SSL_AD_REASON_OFFSET ? "the peer refused: " + what : what;
}

}  // namespace

struct TlsSession::Memory {
  static TlsSession& owner(BIO* bio) { return *static_cast<TlsSession*>(BIO_get_data(bio)); }

  static int read(BIO* bio, char* into, std::size_t size, std::size_t* count) {
    std::string_view& incoming = owner(bio).incoming_;
    BIO_clear_retry_flags(bio);
    if (incoming.empty()) {
      BIO_set_retry_read(bio);
      return 0;
    }
    *count = std::min(size, incoming.size());
    std::memcpy(into, incoming.data(), *count);
    incoming.remove_prefix(*count);
    return 1;
  }

  static int write(BIO* bio, const char* bytes, std::size_t size, std::size_t* count) {
    owner(bio).out_->append(bytes, size);
    *count = size;
    return 1;
  }

  static long control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

  static const BIO_METHOD* method() {
    static const BIO_METHOD* const made = [] {
      BIO_METHOD* method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "memory");
      SPILLWAY_CHECK(method != nullptr, "OpenSSL could not be set up");
      BIO_meth_set_read_ex(method, read);
      BIO_meth_set_write_ex(method, write);
      BIO_meth_set_ctrl(method, control);
      return method;
    }();
    return made;
  }
};

TlsSession::TlsSession(ssl_st* session) : session_(session) {
  BIO* memory = session_ != nullptr ? BIO_new(Memory::method()) : nullptr;
  SPILLWAY_CHECK(memory != nullptr, "OpenSSL has no memory for a session");
  BIO_set_data(memory, this);
  BIO_set_init(memory, 1);
  SSL_set_bio(session_, memory, memory);
}

TlsSession::TlsSession(const TlsContext& context) : TlsSession(SSL_new(context.get())) {
  SSL_set_accept_state(session_);
}

TlsSession::TlsSession(const TlsPeer& server) : TlsSession(SSL_new(server.context->get())) {
  peer_name_ = server.name;
  SSL_set_connect_state(session_);
  X509_VERIFY_PARAM* wanted = SSL_get0_param(session_);
  if (X509_VERIFY_PARAM_set1_ip_asc(wanted, peer_name_.c_str()) == 1) return;
  ERR_clear_error();
  X509_VERIFY_PARAM_set_hostflags(wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  SPILLWAY_CHECK(X509_VERIFY_PARAM_set1_host(wanted, peer_name_.c_str(), peer_name_.size()) == 1,
                 "a server's name cannot be checked");
  SSL_set_tlsext_host_name(session_, peer_name_.c_str());  // RFC 6066 3: names, not addresses
}

TlsSession::~TlsSession() {
  SSL_free(session_);
}

// What OpenSSL's result means for the state.
void TlsSession::note(int result) {
  switch (SSL_get_error(session_, result)) {
    case SSL_ERROR_WANT_READ:
      return;
    case SSL_ERROR_ZERO_RETURN:
      state_ = State::ended;
      return;
    default: {
      const long flaw = SSL_get_verify_result(session_);
      failure_ =
          flaw != X509_V_OK ? certificate_flaw(flaw, peer_name_) : failure_of(ERR_peek_error());
      state_ = State::broken;
      ERR_clear_error();
    }
  }
}

void TlsSession::shake_hands(std::string& out) {
  ERR_clear_error();
  out_ = &out;
  const int result = SSL_do_handshake(session_);
  if (result == 1)
    state_ = State::open;
  else
    note(result);
}

std::size_t TlsSession::read(std::span<char> room, std::string& out) {
  if (state_ == State::handshaking) shake_hands(out);
  if (state_ != State::open) return 0;
  ERR_clear_error();
  out_ = &out;
  std::size_t filled = 0;
  while (filled < room.size()) {
    std::size_t count = 0;
    const int result = SSL_read_ex(session_, room.data() + filled, room.size() - filled, &count);
    if (result != 1) {
      note(result);
      break;
    }
    filled += count;
  }
  return filled;
}

bool TlsSession::write(std::string_view bytes, std::string& out) {
  if (state_ != State::open && state_ != State::ended) return false;
  if (bytes.empty()) return true;
  ERR_clear_error();
  out_ = &out;
  std::size_t count = 0;
  const int result = SSL_write_ex(session_, bytes.data(), bytes.size(), &count);
  if (result != 1) note(result);
  return result == 1;
}

void TlsSession::end(std::string& out) {
  if (end_told_ || (state_ != State::open && state_ != State::ended)) return;
  end_told_ = true;
  ERR_clear_error();
  out_ = &out;
  SSL_shutdown(session_);
  ERR_clear_error();
}

}  // namespace spillway::net
