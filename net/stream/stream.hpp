// A TCP connection of a loop, in the clear or under TLS: what the lines to relay centres and the
// connections of the HTTP server both stand on.
//
// In the clear a read goes straight into its user's room and a write leaves straight from its
// user's memory. Under TLS both pass through buffers that all streams of a thread share; what comes
// in one read is decrypted into as few pieces as the user has room for.
//
// Threads: everything on the loop's thread. The user may write, stop reading or close within any
// call that it gets; it is destroyed only after `on_released`.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <uv.h>

#include "net/tls/tls_session.hpp"

namespace spillway::net {

class StreamUser {
 public:
  // Where the next bytes shall go; with no room nothing is read.
  virtual std::span<char> room() = 0;

  // That many bytes of this room came. Under TLS what was under way may still come after reading
  // was stopped: at most what one read brings, and a record.
  virtual void on_bytes(std::span<char> bytes) = 0;

  // Whether a step of the handshake may be taken now; without it nothing is read, until
  // `start_reading` is called again. Only under TLS.
  virtual bool may_shake_hands() { return true; }
  // What a step has taken of the processor.
  virtual void on_handshake_step(std::chrono::nanoseconds) {}

  // The handshake is done. Only under TLS.
  virtual void on_secured() = 0;

  // The peer sends no more, and may still read.
  virtual void on_end() = 0;

  // Nothing comes or goes any more; Stream::failure says why if it was for TLS. Once, and then
  // nothing but on_released.
  virtual void on_broken() = 0;

  // All that `write` could not pass on at once is with the kernel now.
  virtual void on_all_written() = 0;

  // After `close`: libuv has let go of it.
  virtual void on_released() = 0;

 protected:
  ~StreamUser() = default;
};

class Stream {
 public:
  Stream(uv_loop_t* loop, StreamUser& user);
  ~Stream();  // it was closed, and released

  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  // To be connected; in the user's hands until then.
  uv_tcp_t* socket() { return &socket_; }
  const uv_tcp_t* socket() const { return &socket_; }
  uv_stream_t* uv() { return reinterpret_cast<uv_stream_t*>(&socket_); }

  // From here on TLS, in place of bytes in the clear. Before the first read and write.
  void secure(std::unique_ptr<TlsSession> session) { tls_ = std::move(session); }
  bool under_tls() const { return tls_ != nullptr; }

  // A client under TLS speaks first.
  void begin_handshake();

  // Bytes in the clear may go out: no TLS, or its handshake is done.
  bool secured() const {
    return tls_ == nullptr || tls_->state() == TlsSession::State::open ||
           tls_->state() == TlsSession::State::ended;
  }
  const std::string& failure() const;  // of TLS; empty: none

  bool start_reading();  // false: it is broken
  void stop_reading();

  // Takes all of it: what the kernel does not take at once is copied, and that copy wiped when it
  // was written. False: the connection is broken, or not secured yet.
  bool write(std::string_view bytes);

  // Bytes on the wire that the kernel has not taken.
  std::size_t unsent() const { return uv_stream_get_write_queue_size(uv_const()); }

  // No more will be written: tells the peer, and goes on reading.
  void end_output();

  // At once; what the kernel has taken still goes out. Tells the peer of the end when nothing that
  // was written is missing before it.
  void close();
  bool closing() const { return closing_; }

 private:
  struct PendingWrite;

  const uv_stream_t* uv_const() const { return reinterpret_cast<const uv_stream_t*>(&socket_); }
  void take_room(uv_buf_t* buffer);
  void on_read(ssize_t count, const uv_buf_t* buffer);
  void on_ciphertext(std::string_view bytes);
  void on_written(int status);
  void break_off();
  bool pass_on(std::string_view bytes);

  StreamUser& user_;
  uv_tcp_t socket_{};
  uv_shutdown_t shutdown_{};
  std::unique_ptr<TlsSession> tls_;
  bool put_off_ = false;  // its handshake, until reading starts again
  bool closing_ = false;
  bool broken_ = false;
  bool released_ = false;
};

}  // namespace spillway::net
