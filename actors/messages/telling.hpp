// Telling the buyer.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/order/order.hpp"
#include "net/mail/mail.hpp"

namespace spillway::actors {

struct DueNotice {
  OrderNumber order;
  Notice notice{};        // none: what was due is not due any more
  bool replaces = false;  // an earlier notice of the order may still stand in the outbox
  Timestamp since{};      // when it became due
  ShopId shop{};
};
struct NoticesDue {
  std::vector<DueNotice> notices;
};

struct MailReturned {
  std::uint64_t id = 0;
  net::DeliveryReport report;
};

struct NoticeDone {
  OrderNumber order;
  Notice notice{};
  bool delivered = false;  // otherwise the server refused it for good
};
struct NoticesDone {
  std::vector<NoticeDone> notices;
};

}  // namespace spillway::actors
