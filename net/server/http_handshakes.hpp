// The handshakes of TLS that are under way on a loop.
//
// A step of one takes 0.1 to 5 ms of processor, whoever asks for it. So two things are bounded: how
// much of a turn goes into them (what is left waits for the next turn, in its order, and requests
// come between), and how many are under way. Beyond that the one that began first loses its
// connection: whoever means it is done before it is his turn.
//
// Threads: the loop's.
#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <utility>

#include "net/tls/limits.hpp"

namespace spillway::net {

class HttpConnection;

class HttpHandshakes {
 public:
  // A connection's part in it, which it keeps for this class.
  class Part {
    friend class HttpHandshakes;
    using Places = std::list<std::pair<HttpConnection*, Part*>>;
    bool under_way_ = false;
    bool put_off_ = false;
    Places::iterator began_;  // its place among all
    Places::iterator waits_;  // and among those that were put off
  };

  void begin(HttpConnection& connection, Part& part) {
    part.under_way_ = true;
    part.began_ = under_way_.insert(under_way_.end(), {&connection, &part});
  }

  // False: it is put off to a later turn.
  bool may_step(HttpConnection& connection, Part& part) {
    if (!part.under_way_ || spent_ < limits::tls_handshake_turn_max) return true;
    if (!part.put_off_) part.waits_ = put_off_.insert(put_off_.end(), {&connection, &part});
    part.put_off_ = true;
    return false;
  }

  // What a step took.
  void spend(std::chrono::nanoseconds took) { spent_ += took; }

  // It is done, or over.
  void end(Part& part) {
    if (part.under_way_) under_way_.erase(part.began_);
    if (part.put_off_) put_off_.erase(part.waits_);
    part.under_way_ = part.put_off_ = false;
  }

  // A turn is over. Calls `resume` with those whose turn the next one is.
  template <class Resume>
  void next_turn(Resume resume) {
    spent_ = {};
    for (std::size_t left = limits::tls_handshakes_resumed; left > 0 && !put_off_.empty(); --left) {
      const auto [connection, part] = put_off_.front();
      put_off_.pop_front();
      part->put_off_ = false;
      resume(*connection);
    }
  }

  bool too_many() const { return under_way_.size() > limits::tls_handshakes_max; }
  HttpConnection& first() const { return *under_way_.front().first; }  // while there is one

 private:
  Part::Places under_way_;
  Part::Places put_off_;
  std::chrono::nanoseconds spent_{};  // in this turn
};

}  // namespace spillway::net
