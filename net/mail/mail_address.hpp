// Which mail addresses we write to.
#pragma once

#include <string>
#include <string_view>

namespace spillway::net {

// A Mailbox of RFC 5321 4.1.2: a local part of up to 64 characters, as a dot-atom or quoted, '@', a
// domain name of two labels or more; at most 254 characters (4.5.3.1). Narrower than the standard
// on purpose: no comment, no address literal, printable ASCII only, and so nothing that could end a
// header field or an SMTP command.
//
// Wider for the domains of Japanese carriers: they gave out addresses with dots in a row and at the
// ends of the local part ("a..b@docomo.ne.jp"), which people still have.
bool is_mail_address(std::string_view text);

// As RFC 5321 and RFC 5322 want it written: a local part that is no dot-atom goes in quotes.
std::string mail_address_on_the_wire(std::string_view address);

}  // namespace spillway::net
