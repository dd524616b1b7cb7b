// A mail as the bytes that travel (RFC 5322, with MIME: RFC 2045, 2047). Pure.
//
// No field can add to the header: a Message-ID or address that is not one is an error, and control
// characters in names and subject become spaces. Lines have at most 76 characters, but for one that
// is a long address. No line begins with a dot or with "From ", so no careless server on the way
// changes the text.
#pragma once

#include <string>
#include <string_view>

#include "engine/base/result.hpp"
#include "net/mail/mail.hpp"

namespace spillway::net {

// What Message-IDs we give: a mail address (mail_address.hpp) with nothing but letters, digits,
// '.',
// '-' and '_' before the '@', at most 240 characters; so one is a safe file name too.
bool is_message_id(std::string_view message_id);

// The whole message, with CRLF line ends. The error says which field is not what it has to be,
// without its content.
Result<std::string> to_message(const Mail& mail);

}  // namespace spillway::net
