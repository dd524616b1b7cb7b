// Which mail addresses we write to.
#pragma once

#include <string_view>

namespace spillway::net {

// An address of the plain form: a dot-atom of up to 64 characters, '@', a domain name of two labels
// or more; at most 254 characters (RFC 5321 4.1.2, 4.5.3.1). Narrower than the standard on purpose:
// no quoted local part, no comment, no address literal, ASCII only, and so nothing that could end a
// header field or an SMTP command.
bool is_mail_address(std::string_view text);

}  // namespace spillway::net
