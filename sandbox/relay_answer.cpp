#include "sandbox/relay_answer.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <string_view>

#include "net/relay/relay_messages.hpp"

namespace spillway::sandbox {
namespace {

using net::iso8583::Dialect;
using net::iso8583::Field;
using net::iso8583::Message;
using net::iso8583::MessageType;
using Frame = std::array<char, net::iso8583::frame_size_max>;

bool is_repeat(MessageType type) {
  return type == MessageType::authorization_repeat || type == MessageType::reversal_repeat;
}

// A frame put together from any fields, each with its length where it has one.
using Fields = std::map<std::size_t, std::string>;
std::string frame_of(std::string_view type, const Fields& fields, bool two_bitmaps,
                     const Dialect& dialect) {
  std::array<std::uint64_t, 2> bitmaps{};
  std::string content;
  for (const auto& [number, text] : fields) {
    bitmaps[(number - 1) / 64] |= 1ULL << (63 - (number - 1) % 64);
    content += text;
  }
  if (two_bitmaps || bitmaps[1] != 0) bitmaps[0] |= 1ULL << 63U;
  std::string message = dialect.header + std::string(type);
  for (std::size_t word = 0; word < ((bitmaps[0] >> 63U) != 0 ? 2U : 1U); ++word)
    for (unsigned shift = 64; shift > 0; shift -= 8)
      message += static_cast<char>((bitmaps[word] >> (shift - 8)) & 0xFFU);
  message += content;
  return std::string{static_cast<char>(message.size() >> 8U),
                     static_cast<char>(message.size() & 0xFFU)} +
         message;
}

std::string plain_answer(const Message& request, const Ruling& ruling, const Dialect& dialect) {
  Frame frame{};
  const bool reversal = is_reversal(request.type());
  net::iso8583::Writer writer(
      frame, reversal ? MessageType::reversal_response : MessageType::authorization_response,
      dialect);
  const auto copy = [&](std::initializer_list<Field> fields) {
    for (const Field field : fields) {
      if (request.has(field)) writer.text(field, request[field]);
    }
  };
  const bool granted = !reversal && ruling.granted.minor_units > 0;
  copy({Field::processing_code});
  if (granted)
    writer.number(Field::amount, static_cast<std::uint64_t>(ruling.granted.minor_units));
  else
    copy({Field::amount});
  copy({Field::transmission_time, Field::stan, Field::local_time, Field::local_date,
        Field::acquirer, Field::reference});
  if (!ruling.approval_code.empty()) writer.text(Field::approval_code, ruling.approval_code.view());
  writer.text(Field::response_code, ruling.code.view());
  copy({Field::terminal, Field::merchant});
  if (granted)
    writer.number(Field::currency, ruling.granted.currency.numeric);
  else
    copy({Field::currency});
  return {frame.data(), writer.finish()};
}

// Those of the profile that a message has.
Fields fields_of(const Message& message) {
  Fields fields;
  for (const net::iso8583::FieldRule& rule : net::iso8583::field_table) {
    if (!message.has(rule.field)) continue;
    std::string text(message[rule.field]);
    if (rule.format == net::iso8583::Format::llvar)
      text.insert(0, {static_cast<char>('0' + text.size() / 10),
                      static_cast<char>('0' + text.size() % 10)});
    fields[static_cast<std::size_t>(rule.field)] = std::move(text);
  }
  return fields;
}

std::string& field(Fields& fields, Field number) {
  return fields[static_cast<std::size_t>(number)];
}

// "k7 2q9" of "K7P2Q9".
std::string odd_approval(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  if (text.size() > 2) text[2] = ' ';
  return text;
}

// "16424242******4242": what may be shown of a card.
std::string masked(std::string_view card) {
  std::string text(card);
  for (std::size_t i = 6; i + 4 < text.size(); ++i) text[i] = '*';
  return std::string{static_cast<char>('0' + text.size() / 10),
                     static_cast<char>('0' + text.size() % 10)} +
         text;
}

void set_code(Fields& fields, std::string_view code) {
  field(fields, Field::response_code) = code;
  fields.erase(static_cast<std::size_t>(Field::approval_code));
}

void make_odd(Fields& fields, const Message& request, Oddity oddity) {
  switch (oddity) {
    case Oddity::too_late:
      return set_code(fields, "68");
    case Oddity::duplicate:
      return set_code(fields, "94");
    case Oddity::no_code:
      fields.erase(static_cast<std::size_t>(Field::response_code));
      return;
    case Oddity::extra_fields:
      fields[15] = "1231";
      fields[44] = "11SEE FLD 63 ";
      fields[54] = "0200002392C000000003150";
      for (std::size_t number = 60; number <= 63; ++number) fields[number] = "003A\x01z";
      return;
    case Oddity::no_stan:
      fields.erase(static_cast<std::size_t>(Field::stan));
      return;
    case Oddity::approval_text:
      if (std::string& code = field(fields, Field::approval_code); code.empty())
        fields.erase(static_cast<std::size_t>(Field::approval_code));
      else
        code = odd_approval(code);
      return;
    case Oddity::masked_card:
      if (request.has(Field::card_number))
        field(fields, Field::card_number) = masked(request[Field::card_number]);
      return;
    case Oddity::foreign_reference:
      field(fields, Field::reference) = "FOREIGN00001";
      return;
    default:
      return;
  }
}

}  // namespace

std::string answer_to(const Message& request, const Ruling& ruling, Oddity oddity,
                      const Dialect& dialect) {
  std::string plain = plain_answer(request, ruling, dialect);
  const bool untouched = oddity < Oddity::too_late || oddity == Oddity::empty_frames ||
                         oddity == Oddity::advice || oddity == Oddity::key_change ||
                         (oddity == Oddity::duplicate && !is_repeat(request.type()));
  if (untouched) return plain;
  if (oddity == Oddity::unreadable) {
    plain.pop_back();
    const std::size_t size = plain.size() - net::iso8583::length_size;
    plain[0] = static_cast<char>(size >> 8U);
    plain[1] = static_cast<char>(size & 0xFFU);
    return plain;
  }
  const auto message =
      net::iso8583::decode(std::string_view(plain).substr(net::iso8583::length_size), dialect);
  if (!message) return plain;
  Fields fields = fields_of(*message);
  make_odd(fields, request, oddity);
  return frame_of(is_reversal(request.type()) ? "0410" : "0110", fields,
                  oddity != Oddity::one_bitmap && dialect.always_two_bitmaps, dialect);
}

std::string said_before(const Message& request, Oddity oddity, const Dialect& dialect) {
  if (oddity == Oddity::empty_frames) return std::string(2 * net::iso8583::length_size, '\0');
  if (oddity == Oddity::advice)
    return frame_of("0620",
                    {{7, std::string(request[Field::transmission_time])},
                     {11, std::string(request[Field::stan])},
                     {37, std::string(request[Field::reference])},
                     {48, "005HELLO"}},
                    false, dialect);
  if (oddity != Oddity::key_change) return {};
  return frame_of("0800",
                  {{7, std::string(request[Field::transmission_time])},
                   {11, std::string(request[Field::stan])},
                   {70, "161"}},
                  true, dialect);
}

}  // namespace spillway::sandbox
