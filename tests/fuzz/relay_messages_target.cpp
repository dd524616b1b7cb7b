// iso8583::next_message and decode: the bytes that a relay centre sends.
//
// Holds: the same messages however the stream is cut up; a message that is read and written anew
// reads as the same fields; what is made of it (a reply, an answer to a heartbeat) is in its form;
// of one that cannot be read the part that can be is in its form, too.
#include <algorithm>
#include <string>
#include <vector>

#include "engine/base/invariants.hpp"
#include "net/relay/relay_messages.hpp"
#include "tests/fuzz/fuzz_target.hpp"

namespace spillway::net {
namespace {

using iso8583::Field;
using iso8583::MessageType;
using Frame = std::array<char, iso8583::frame_size_max>;

std::string written_anew(const iso8583::Message& message) {
  Frame frame{};
  iso8583::Writer writer(frame, message.type());
  for (const iso8583::FieldRule& rule : iso8583::field_table) {
    if (message.has(rule.field)) writer.text(rule.field, message[rule.field]);
  }
  const std::size_t size = writer.finish();
  SPILLWAY_CHECK(size > iso8583::length_size, "a message that was read cannot be written");
  return {frame.data() + iso8583::length_size, size - iso8583::length_size};
}

void check_written_anew(const iso8583::Message& message) {
  const std::string bytes = written_anew(message);
  const auto again = iso8583::decode(bytes);
  SPILLWAY_CHECK(again.has_value(), "a message written anew cannot be read");
  for (const iso8583::FieldRule& rule : iso8583::field_table)
    SPILLWAY_CHECK((*again)[rule.field] == message[rule.field],
                   "a message written anew is another one");
}

void check_reply(const iso8583::Message& message) {
  const RelayReply reply = reply_from(message);
  SPILLWAY_CHECK(reply.to_reversal == (message.type() == MessageType::reversal_response),
                 "a reply is to something else");
  SPILLWAY_CHECK(reply.trace <= 999'999, "a trace has more than six digits");
  SPILLWAY_CHECK(message[Field::reference].starts_with(reply.reference.view()),
                 "a reply has another reference");
  SPILLWAY_CHECK(reply.code.empty() || reply.code.size() == 2, "a response code is cut short");
}

void check_network_answer(const iso8583::Message& request) {
  Frame frame{};
  const std::size_t size = write_network_response(request, network_verdict(request), frame);
  SPILLWAY_CHECK(size > iso8583::length_size, "a network request cannot be answered");
  const auto answer =
      iso8583::decode({frame.data() + iso8583::length_size, size - iso8583::length_size});
  SPILLWAY_CHECK(answer.has_value(), "our answer cannot be read");
  SPILLWAY_CHECK((*answer)[Field::stan] == request[Field::stan], "our answer is to another one");
}

std::string take(std::string_view bytes) {
  const auto message = iso8583::decode(bytes);
  if (!message) {
    if (const auto part = iso8583::readable_part(bytes)) check_reply(*part);
    return iso8583::to_text(message.error()) + ";";
  }
  check_written_anew(*message);
  if (message->type() == MessageType::authorization_response ||
      message->type() == MessageType::reversal_response) {
    check_reply(*message);
  } else if (message->type() == MessageType::network_request ||
             message->type() == MessageType::network_repeat) {
    check_network_answer(*message);
  }
  return std::string(bytes) + ";";
}

template <class NextPiece>
std::string read(std::string_view stream, NextPiece next_piece) {
  std::string result;
  std::string kept;
  while (!stream.empty()) {
    const std::size_t taken = next_piece(stream.size());
    kept += stream.substr(0, taken);
    stream.remove_prefix(taken);
    const std::vector<char> bytes(kept.begin(), kept.end());  // memory of just that size
    std::string_view rest(bytes.data(), bytes.size());
    while (true) {
      const auto message = iso8583::next_message(rest);
      if (!message) return result + iso8583::to_text(message.error());
      if (!*message) break;
      result += take(**message);
      rest.remove_prefix(iso8583::length_size + (*message)->size());
    }
    kept.assign(rest);
  }
  return result + std::to_string(kept.size());
}

}  // namespace
}  // namespace spillway::net

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t input_max = 8'192;
  if (size > input_max) return 0;
  spillway::fuzz::check_in_pieces(
      spillway::fuzz::text_of(data, size),
      [](std::string_view stream, auto next) { return spillway::net::read(stream, next); });
  return 0;
}
