// What waits for clients, on all connections of a loop: the answers that they have not taken, or
// the requests that they have not sent to the end. How much memory it holds, and who has been at it
// longest.
//
// What one connection may hold is bounded (limits::http_output_max and an answer, or a request),
// but a flood has thousands. Beyond the bound of the loop (limits::http_unread_total_max,
// limits::http_input_total_max) the one that has been at it longest loses its connection: whoever
// reads or sends at the pace of a network is done before it is his turn, unless a flood fills all
// of it meanwhile.
#pragma once

#include <cstddef>
#include <list>

#include "net/http/limits.hpp"

namespace spillway::net {

class HttpConnection;

class HttpUnread {
 public:
  // A connection's part in it, which it keeps for this class.
  class Part {
    friend class HttpUnread;
    std::size_t size_ = 0;
    std::list<HttpConnection*>::iterator place_;
  };

  // The connection holds so many bytes now. One that holds nothing has no place in the order, and
  // takes the last when it holds something again.
  void hold(HttpConnection& connection, Part& part, std::size_t size) {
    if (part.size_ == 0 && size > 0) part.place_ = order_.insert(order_.end(), &connection);
    if (part.size_ > 0 && size == 0) order_.erase(part.place_);
    total_ = total_ - part.size_ + size;
    part.size_ = size;
  }

  std::size_t total() const { return total_; }  // bytes

  // Only while `total` is above 0.
  HttpConnection& slowest() const { return *order_.front(); }

 private:
  std::list<HttpConnection*> order_;
  std::size_t total_ = 0;
};

}  // namespace spillway::net
