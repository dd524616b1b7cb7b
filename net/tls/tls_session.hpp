// One side of one TLS connection, without a socket: what came from the peer goes in, what is for
// the peer comes out, and its user moves the bytes.
//
// OpenSSL reads from the memory that `receive` was given and writes behind `out`, so a connection
// that rests holds no buffers.
//
// Threads: one at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "net/tls/tls_context.hpp"

struct ssl_st;

namespace spillway::net {

// A client's context, and whom the server's certificate must name: a host name (RFC 6125), or an
// address in digits.
struct TlsPeer {
  std::shared_ptr<const TlsContext> context;
  std::string name;
};

class TlsSession {
 public:
  enum class State : std::uint8_t {
    handshaking = 1,
    open = 2,
    ended = 3,   // the peer said that it sends no more; it may still be written to
    broken = 4,  // for good, see failure()
  };

  explicit TlsSession(const TlsPeer& server);      // a client
  explicit TlsSession(const TlsContext& context);  // a server
  ~TlsSession();

  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;

  State state() const { return state_; }

  // Why it is broken, in a sentence; empty otherwise.
  const std::string& failure() const { return failure_; }

  // The client's first words.
  void begin(std::string& out) { shake_hands(out); }

  // What came from the peer. It stays where it is until `read` has given 0, which it does when all
  // of it is used up.
  void receive(std::string_view bytes) { incoming_ = bytes; }

  // Goes on with the handshake, then gives what the peer said: as much as there is, or fits. The
  // state may have changed when it gives 0.
  std::size_t read(std::span<char> room, std::string& out);

  // False when it is not open.
  bool write(std::string_view bytes, std::string& out);

  // Tells the peer that nothing follows (close_notify), once.
  void end(std::string& out);

 private:
  struct Memory;  // OpenSSL's way to `incoming_` and `out_`

  explicit TlsSession(ssl_st* session);
  void shake_hands(std::string& out);
  void note(int result);

  ssl_st* session_;
  State state_ = State::handshaking;
  bool end_told_ = false;
  std::string_view incoming_;
  std::string* out_ = nullptr;  // within a call
  std::string peer_name_;
  std::string failure_;
};

}  // namespace spillway::net
