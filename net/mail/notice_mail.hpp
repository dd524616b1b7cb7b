// The mail that tells a buyer the outcome of an order (seed 000: the "Thanks mail" and its
// siblings). Pure: the same order, notice and time give the same mail, byte for byte, so a mail
// that is sent once more is recognised by its Message-ID.
//
// Threads: any.
#pragma once

#include <string>
#include <string_view>

#include "engine/base/time.hpp"
#include "engine/order/events.hpp"
#include "engine/order/order.hpp"
#include "net/mail/mail.hpp"
#include "net/mail/mail_template.hpp"

namespace spillway::net {

struct ShopIdentity {
  std::string name;       // as buyers know it
  std::string mail_from;  // the address its mails come from, and where buyers write to
};

// `notice` is not `none`. `at` becomes the mail's date: give the time of the outcome, not of the
// try. What the shop or buyer gave stands in the mail as plain text: its control characters become
// spaces, its placeholders are not looked into. Lines have at most 76 columns, but for a word that
// is longer. Message-ID: "3F7K9Q2MXW41.thanks@shop.example".
Mail make_notice(Notice notice, const Received& order, Timestamp at, std::string_view order_code,
                 const ShopIdentity& shop, const NoticeTemplates& templates);

// An order's items with the total as the last row, ready to stand in a mail:
//
//   Leather shoes (SHOE-42)
//     2 x JPY 3,150                                                JPY 6,300
//   ------------------------------------------------------------------------
//   Total                                                          JPY 6,300
std::string items_table(const Received& order);

}  // namespace spillway::net
