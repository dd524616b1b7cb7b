// The registry's rows about outcome mails that ended without being delivered:
//   mails  order (8, big-endian), notice (1) → MessagePack array: version, shop, due since (µs),
//   ended
//          (µs), how, tries, reason
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/telling/ended_mail.hpp"

namespace spillway::storage {

std::string mail_row_key(const DueMail& mail);
std::string encode_mail(const EndedMail& ended);
// Nothing for what these do not make.
std::optional<EndedMail> decode_mail(std::string_view key, std::string_view value);

}  // namespace spillway::storage
