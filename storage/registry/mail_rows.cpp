#include "storage/registry/mail_rows.hpp"

#include <limits>

#include "storage/base/bytes.hpp"
#include "storage/base/message_pack.hpp"

namespace spillway::storage {

namespace {

constexpr std::uint64_t mail_row_version = 1;
constexpr std::size_t mail_row_elements = 7;
constexpr std::size_t numbers = 6;
constexpr std::size_t key_size = 9;

}  // namespace

std::string mail_row_key(const DueMail& mail) {
  std::string key(key_size, '\0');
  put_big_endian(key.data(), mail.order.value);
  key.back() = static_cast<char>(mail.notice);
  return key;
}

std::string encode_mail(const EndedMail& ended) {
  std::string bytes(PackWriter::array_max + numbers * PackWriter::number_max +
                        PackWriter::text_max(ended.reason.size()),
                    '\0');
  PackWriter out(bytes.data());
  out.array(mail_row_elements);
  out.number(mail_row_version);
  out.number(ended.mail.shop.value);
  out.time(ended.mail.since);
  out.time(ended.at);
  out.number(static_cast<std::uint64_t>(ended.end));
  out.number(ended.tries);
  out.text(ended.reason);
  bytes.resize(static_cast<std::size_t>(out.end() - bytes.data()));
  return bytes;
}

std::optional<EndedMail> decode_mail(std::string_view key, std::string_view value) {
  if (key.size() != key_size) return std::nullopt;
  EndedMail ended;
  ended.mail.order = {get_big_endian<std::uint64_t>(key.data())};
  ended.mail.notice = static_cast<Notice>(key.back());
  PackReader in(value);
  in.array_of(mail_row_elements);
  if (in.number() != mail_row_version) return std::nullopt;
  ended.mail.shop = {static_cast<std::uint32_t>(in.number(UINT32_MAX))};
  ended.mail.since = Timestamp(Duration(in.signed_number()));
  ended.at = Timestamp(Duration(in.signed_number()));
  ended.end = static_cast<MailEnd>(in.number(static_cast<std::uint64_t>(MailEnd::dropped)));
  ended.tries = static_cast<std::uint32_t>(in.number(UINT32_MAX));
  ended.reason = in.text();
  const bool known = ended.mail.notice >= Notice::thanks &&
                     ended.mail.notice <= Notice::cancellation && ended.end >= MailEnd::refused;
  if (in.failed() || !in.at_end() || !known) return std::nullopt;
  return ended;
}

}  // namespace spillway::storage
