// Messages of each kind, as they are written and as docs/relay-protocol.md has them.
#pragma once

#include <array>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "net/iso8583.hpp"
#include "net/relay_messages.hpp"

namespace spillway::net::messages {

using iso8583::Field;
using iso8583::Flaw;
using iso8583::MessageType;
using Frame = std::array<char, iso8583::frame_size_max>;

inline constexpr std::string_view card_digits = "4242424242424242";

inline std::string to_hex(std::string_view bytes) {
  std::string hex;
  for (const char c : bytes) {
    hex += "0123456789abcdef"[static_cast<unsigned char>(c) >> 4U];
    hex += "0123456789abcdef"[static_cast<unsigned char>(c) & 15U];
  }
  return hex;
}

// A text in which "<..>" holds hex and everything else stands for itself.
inline std::string from_text(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '<') {
      bytes += text[i];
      continue;
    }
    const std::size_t close = text.find('>', i);
    for (std::size_t at = i + 1; at < close; at += 2)
      bytes += static_cast<char>(std::stoi(std::string(text.substr(at, 2)), nullptr, 16));
    i = close;
  }
  return bytes;
}

inline RelayRequest request_of(RelayMessage message) {
  RelayRequest request;
  request.message = message;
  request.reference = "A00000012001";
  request.stan = 4711;
  request.sent_at = std::chrono::sys_days(std::chrono::year(2026) / 11 / 21) +
                    std::chrono::hours(22) + std::chrono::minutes(5) + std::chrono::seconds(9) +
                    std::chrono::microseconds(999'999);
  request.amount = {3150, {392}};
  request.shop = {1};
  return request;
}

inline const CardDetails& card() {
  static const CardDetails details{*CardNumber::from(card_digits), {2028, 12}};
  return details;
}

inline const Merchant merchant{"5999", "TERM0001", "SHOP00000000001"};

inline std::string written(RelayMessage message, bool with_card = true) {
  Frame frame{};
  const std::size_t size =
      write_request(request_of(message), with_card ? &card() : nullptr, merchant, "123456", frame);
  return {frame.data(), size};
}

inline std::string written_answer(MessageType type, std::string_view code,
                                  std::string_view approval) {
  Frame frame{};
  iso8583::Writer writer(frame, type);
  writer.number(Field::stan, 4711);
  writer.text(Field::reference, "A00000012001");
  if (!approval.empty()) writer.text(Field::approval_code, approval);
  writer.text(Field::response_code, code);
  return {frame.data(), writer.finish()};
}

inline std::string written_network(std::string_view code) {
  Frame frame{};
  const std::size_t size = write_network_request(code, 42, request_of({}).sent_at, "123456", frame);
  return {frame.data(), size};
}

struct Golden {
  const char* name;
  std::string written;
  const char* expected;
};

// Written by hand from docs/relay-protocol.md. Bit 1 of the first byte of the bitmaps is 80.
inline const std::vector<Golden>& golden() {
  static const std::vector<Golden> table{
      {"0100", written(RelayMessage::authorization),
       "<008d>0100<f23c4481 08c08000 00000000 00000000>"
       "164242424242424242000000000000003150112122050900471122050911212812599901259"
       "06123456A00000012001TERM0001SHOP00000000001392"},
      {"0101", written(RelayMessage::authorization_repeat),
       "<008d>0101<f23c4481 08c08000 00000000 00000000>"
       "164242424242424242000000000000003150112122050900471122050911212812599901259"
       "06123456A00000012001TERM0001SHOP00000000001392"},
      {"0400", written(RelayMessage::reversal),
       "<00aa>0400<f2380001 08c08000 00000040 00000000>"
       "164242424242424242000000000000003150112122050900471122050911210612"
       "3456A00000012001TERM0001SHOP00000000001392"
       "0100004711112122050900000123456"
       "00000000000"},
      {"0401 without the card", written(RelayMessage::reversal_repeat, false),
       "<0098>0401<b2380001 08c08000 00000040 00000000>"
       "000000000000003150112122050900471122050911210612"
       "3456A00000012001TERM0001SHOP00000000001392"
       "0100004711112122050900000123456"
       "00000000000"},
      {"0110", written_answer(MessageType::authorization_response, "00", "K7P2Q9"),
       "<002e>0110<80200000 0e000000 00000000 00000000>004711A00000012001K7P2Q900"},
      {"0410", written_answer(MessageType::reversal_response, "25", ""),
       "<0028>0410<80200000 0a000000 00000000 00000000>004711A0000001200125"},
      {"0800", written_network("301"),
       "<002f>0800<82200001 00000000 04000000 00000000>112122050900004206123456301"},
  };
  return table;
}

inline std::string expected_bytes(std::string_view text) {
  std::string compact;
  bool hex = false;
  for (const char c : text) {
    if (c == '<') hex = true;
    if (c == '>') hex = false;
    if (!(hex && c == ' ')) compact += c;
  }
  return from_text(compact);
}

}  // namespace spillway::net::messages
