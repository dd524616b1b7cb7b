#include "net/mail/mail_message.hpp"

#include <algorithm>
#include <cstdint>

#include <fmt/format.h>

#include "engine/base/characters.hpp"
#include "engine/telling/limits.hpp"
#include "net/mail/mail_address.hpp"
#include "net/mail/mail_text.hpp"

namespace spillway::net {

namespace {

constexpr std::size_t line_max = 76;  // RFC 2045 6.7 and RFC 2047 2

// RFC 5322 3.2.3.
bool is_atext(char c) {
  return is_letter_or_digit(c) ||
         (c != '\0' && std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos);
}

bool is_printable_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

std::string base64(std::string_view bytes) {
  constexpr char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      group = (group << 8) | (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    }
    for (std::size_t j = 0; j < 4; ++j) {
      out += i + j > bytes.size() ? '=' : alphabet[(group >> (18 - 6 * j)) & 0x3FU];
    }
  }
  return out;
}

// RFC 2047: words of whole characters, each on a line of its own. 39 bytes become a word of 64
// characters, which fits even beside "Subject: ".
std::string encoded_words(std::string_view text) {
  constexpr std::size_t bytes_max = 39;
  std::string out;
  while (!text.empty()) {
    std::size_t size = 0;
    while (size < text.size()) {
      const std::size_t next = size + character_size(text, size);
      if (next > bytes_max) break;
      size = next;
    }
    if (!out.empty()) out += "\r\n ";
    out += "=?UTF-8?B?" + base64(text.substr(0, size)) + "?=";
    text.remove_prefix(size);
  }
  return out;
}

std::string subject_text(std::string_view subject) {
  const bool plain = is_printable_ascii(subject) && subject.size() <= line_max - 9 &&
                     subject.find("=?") == std::string_view::npos;
  return plain ? std::string(subject) : encoded_words(subject);
}

// `display-name <address>` (RFC 5322 3.4): the name as atoms, as a quoted string, or encoded.
// `used`: the characters already in the line.
std::string mailbox(std::size_t used, std::string_view name, std::string_view address) {
  const std::string spec = "<" + mail_address_on_the_wire(address) + ">";
  if (name.empty()) return spec;
  std::string out;
  if (!is_printable_ascii(name) || name.size() > 60 || name.find("=?") != std::string_view::npos) {
    out = encoded_words(name);
  } else if (std::all_of(name.begin(), name.end(),
                         [](char c) { return is_atext(c) || c == ' '; })) {
    out = name;
  } else {
    out = '"';
    for (const char c : name) {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
    out += '"';
  }
  const std::size_t line_start = out.rfind('\n');
  if (line_start != std::string::npos) used = 0;
  const std::size_t last_line = out.size() - (line_start + 1);  // npos + 1 is 0
  return out + (used + last_line + 1 + spec.size() <= line_max ? " " : "\r\n ") + spec;
}

// RFC 5322 3.3, in UTC.
std::string date_text(Timestamp at) {
  using namespace std::chrono;
  const auto day = floor<days>(at);
  const year_month_day date(day);
  const hh_mm_ss time(floor<seconds>(at - day));
  constexpr const char* weekdays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  return fmt::format("{}, {} {} {:04} {:02}:{:02}:{:02} +0000", weekdays[weekday(day).c_encoding()],
                     static_cast<unsigned>(date.day()),
                     months[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                     time.hours().count(), time.minutes().count(), time.seconds().count());
}

// One line of text, RFC 2045 6.7.
void append_quoted_printable(std::string_view line, std::string& out) {
  constexpr char hex[] = "0123456789ABCDEF";
  std::size_t used = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    const bool last = i + 1 == line.size();
    const bool plain = (c > ' ' && c <= '~' && c != '=' && !(c == '.' && used == 0) &&
                        !(used == 0 && line.substr(i, 5) == "From ")) ||
                       ((c == ' ' || c == '\t') && !last);
    const std::size_t needed = plain ? 1 : 3;
    if (used + needed > (last ? line_max : line_max - 1)) {
      out += "=\r\n";
      used = 0;
      --i;  // look at it again: what begins a line is written differently
      continue;
    }
    if (plain) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += {'=', hex[byte >> 4], hex[byte & 0x0FU]};
    }
    used += needed;
  }
  out += "\r\n";
}

std::string quoted_printable(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  while (!text.empty()) {
    const std::size_t end = text.find('\n');  // clean text ends in one
    append_quoted_printable(text.substr(0, end), out);
    text.remove_prefix(end + 1);
  }
  return out;
}

}  // namespace

bool is_message_id(std::string_view message_id) {
  if (message_id.size() > limits::mail_message_id_max || !is_mail_address(message_id)) return false;
  const std::string_view left = message_id.substr(0, message_id.find('@'));
  return std::all_of(left.begin(), left.end(), [](char c) {
    return is_letter_or_digit(c) || c == '.' || c == '-' || c == '_';
  });
}

Result<std::string> to_message(const Mail& mail) {
  if (!is_message_id(mail.message_id)) return Error{"the Message-ID is not one"};
  if (!is_mail_address(mail.from_address)) return Error{"the sender's mail address is not one"};
  if (!is_mail_address(mail.to_address)) return Error{"the receiver's mail address is not one"};
  return fmt::format(
      "Date: {}\r\n"
      "From: {}\r\n"
      "To: {}\r\n"
      "Subject: {}\r\n"
      "Message-ID: <{}>\r\n"
      "MIME-Version: 1.0\r\n"
      "Content-Type: text/plain; charset=utf-8\r\n"
      "Content-Transfer-Encoding: quoted-printable\r\n"
      "Auto-Submitted: auto-generated\r\n"  // RFC 3834 5
      "\r\n"
      "{}",
      date_text(mail.date), mailbox(6, clean_line(mail.from_name), mail.from_address),
      mailbox(4, clean_line(mail.to_name), mail.to_address), subject_text(clean_line(mail.subject)),
      mail.message_id, quoted_printable(clean_text(mail.text)));
}

}  // namespace spillway::net
