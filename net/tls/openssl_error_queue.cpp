// OpenSSL's queue of errors belongs to the thread, and SSL_get_error looks into it: what one
// session leaves there, the next takes for its own and breaks. SSL_get_error(3) asks for an empty
// queue before every call. CAF 0.17.6 does not empty it: a stranger who says no TLS to a port of
// ours breaks the links of others (seen in 33 of 150 tries).
//
// So these stand before OpenSSL's own, for all of the process: an executable's definition comes
// before a library's. It is linked wherever net/ speaks TLS.
#include <dlfcn.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "engine/base/invariants.hpp"

namespace {

template <class Function>
Function* next(const char* name) {
  void* found = dlsym(RTLD_NEXT, name);
  SPILLWAY_CHECK(found != nullptr, "OpenSSL lacks a function");
  return reinterpret_cast<Function*>(found);
}

}  // namespace

extern "C" {

int SSL_read(SSL* session, void* buffer, int size) {
  static auto* const original = next<decltype(SSL_read)>("SSL_read");
  ERR_clear_error();
  return original(session, buffer, size);
}

int SSL_write(SSL* session, const void* buffer, int size) {
  static auto* const original = next<decltype(SSL_write)>("SSL_write");
  ERR_clear_error();
  return original(session, buffer, size);
}

int SSL_accept(SSL* session) {
  static auto* const original = next<decltype(SSL_accept)>("SSL_accept");
  ERR_clear_error();
  return original(session);
}

int SSL_connect(SSL* session) {
  static auto* const original = next<decltype(SSL_connect)>("SSL_connect");
  ERR_clear_error();
  return original(session);
}

int SSL_do_handshake(SSL* session) {
  static auto* const original = next<decltype(SSL_do_handshake)>("SSL_do_handshake");
  ERR_clear_error();
  return original(session);
}
}
