#include "net/relay/relay_messages.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>

namespace spillway::net {
namespace {

using iso8583::Field;
using iso8583::MessageType;

constexpr std::string_view purchase = "000000";      // field 3: goods and services, no account type
constexpr std::string_view keyed_no_pin = "012";     // field 22: 01 keyed, 2 no PIN can be entered
constexpr std::string_view electronic_order = "59";  // field 25: electronic commerce
constexpr std::size_t original_elements_size = 42;

void put_two(char* at, unsigned number) {
  at[0] = static_cast<char>('0' + number / 10);
  at[1] = static_cast<char>('0' + number % 10);
}

// A time as the fields 7 (all), 12 (the last six) and 13 (the first four) want it, in UTC.
struct WireTime {
  explicit WireTime(Timestamp time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const auto seconds =
        static_cast<unsigned>(std::chrono::floor<std::chrono::seconds>(time - day).count());
    put_two(digits.data(), static_cast<unsigned>(date.month()));
    put_two(digits.data() + 2, static_cast<unsigned>(date.day()));
    put_two(digits.data() + 4, seconds / 3600);
    put_two(digits.data() + 6, seconds / 60 % 60);
    put_two(digits.data() + 8, seconds % 60);
  }
  std::string_view all() const { return {digits.data(), digits.size()}; }
  std::string_view date() const { return all().substr(0, 4); }
  std::string_view time_of_day() const { return all().substr(4); }

  std::array<char, 10> digits{};
};

MessageType type_of(RelayMessage message) {
  switch (message) {
    case RelayMessage::authorization:
      return MessageType::authorization_request;
    case RelayMessage::authorization_repeat:
      return MessageType::authorization_repeat;
    case RelayMessage::reversal:
      return MessageType::reversal_request;
    case RelayMessage::reversal_repeat:
      return MessageType::reversal_repeat;
  }
  stop_process("a relay message has an unknown value", __FILE__, __LINE__);
}

// Field 90: type, STAN and time of the original, its acquirer right-justified in 11 digits, and
// no forwarding institution.
std::array<char, original_elements_size> original_elements(std::uint32_t stan, const WireTime& time,
                                                           std::string_view acquirer) {
  std::array<char, original_elements_size> result{};
  result.fill('0');
  std::memcpy(result.data(), "0100", 4);
  for (std::size_t i = 10; i > 4; --i, stan /= 10)
    result[i - 1] = static_cast<char>('0' + stan % 10);
  std::memcpy(result.data() + 10, time.digits.data(), time.digits.size());
  std::memcpy(result.data() + 31 - acquirer.size(), acquirer.data(), acquirer.size());
  return result;
}

std::uint64_t year_and_month(CardExpiry expiry) {
  return expiry.year % 100U * 100U + expiry.month;
}

}  // namespace

std::size_t write_request(const RelayRequest& request, const CardDetails* card,
                          const Merchant& merchant, std::string_view acquirer, FrameBuffer out,
                          const iso8583::Dialect& dialect) {
  const MessageType type = type_of(request.message);
  const bool reversal =
      type == MessageType::reversal_request || type == MessageType::reversal_repeat;
  if (card == nullptr && !reversal) return 0;
  if (request.amount.minor_units < 0 || acquirer.size() > 11) return 0;

  const WireTime time(request.sent_at);
  iso8583::Writer writer(out, type, dialect);
  if (card != nullptr) writer.text(Field::card_number, card->number.digits());
  writer.text(Field::processing_code, purchase);
  writer.number(Field::amount, static_cast<std::uint64_t>(request.amount.minor_units));
  writer.text(Field::transmission_time, time.all());
  writer.number(Field::stan, request.trace != 0 ? request.trace : request.stan);
  writer.text(Field::local_time, time.time_of_day());
  writer.text(Field::local_date, time.date());
  if (!reversal) {
    writer.number(Field::expiry, year_and_month(card->expiry));
    writer.text(Field::merchant_category, merchant.category);
    writer.text(Field::entry_mode, keyed_no_pin);
    writer.text(Field::condition_code, electronic_order);
  }
  writer.text(Field::acquirer, acquirer);
  writer.text(Field::reference, request.reference.view());
  writer.text(Field::terminal, merchant.terminal);
  writer.text(Field::merchant, merchant.merchant);
  writer.number(Field::currency, request.amount.currency.numeric);
  if (reversal) {
    const auto original = original_elements(request.stan, time, acquirer);
    writer.text(Field::original_elements, {original.data(), original.size()});
  }
  return writer.finish();
}

std::size_t write_network_request(std::string_view code, std::uint32_t stan, Timestamp now,
                                  std::string_view acquirer, FrameBuffer out,
                                  const iso8583::Dialect& dialect) {
  iso8583::Writer writer(out, MessageType::network_request, dialect);
  writer.text(Field::transmission_time, WireTime(now).all());
  writer.number(Field::stan, stan);
  writer.text(Field::acquirer, acquirer);
  writer.text(Field::network_code, code);
  return writer.finish();
}

std::size_t write_network_response(const iso8583::Message& request, std::string_view response_code,
                                   FrameBuffer out, const iso8583::Dialect& dialect) {
  iso8583::Writer writer(out, MessageType::network_response, dialect);
  const auto copy = [&](Field field) {
    if (request.has(field)) writer.text(field, request[field]);
  };
  copy(Field::transmission_time);
  copy(Field::stan);
  copy(Field::acquirer);
  writer.text(Field::response_code, response_code);
  copy(Field::network_code);
  return writer.finish();
}

std::string_view network_verdict(const iso8583::Message& request) {
  namespace code = iso8583::network_code;
  const std::string_view asked = request[Field::network_code];
  return asked == code::sign_on || asked == code::sign_off || asked == code::echo ? "00" : "40";
}

RelayReply reply_from(const iso8583::Message& response) {
  RelayReply reply;
  reply.to_reversal = response.type() == MessageType::reversal_response;
  reply.reference = iso8583::without_filling(response[Field::reference]);
  reply.trace = static_cast<std::uint32_t>(iso8583::number_in(response[Field::stan]));
  const std::string_view code = iso8583::without_filling(response[Field::response_code]);
  if (code.size() == 2) reply.code = code;
  std::string_view approval = iso8583::without_filling(response[Field::approval_code]);
  approval.remove_prefix(std::min(approval.find_first_not_of(' '), approval.size()));
  reply.approval_code = approval;
  if (response.has(Field::amount))
    reply.amount = static_cast<std::int64_t>(iso8583::number_in(response[Field::amount]));
  if (response.has(Field::currency))
    reply.currency = static_cast<std::uint16_t>(iso8583::number_in(response[Field::currency]));
  return reply;
}

}  // namespace spillway::net
