// Telling shops by streams of events.
#pragma once

#include "engine/base/ids.hpp"
#include "net/http/ticket.hpp"

namespace spillway::actors {

// A shop listens, from after that record on.
struct EventFeedOpened {
  ShopId shop;
  RecordNumber after;
  net::Ticket feed;
};
struct EventFeedDrained {
  net::Ticket feed;
};
struct EventFeedClosed {
  net::Ticket feed;
};

}  // namespace spillway::actors
