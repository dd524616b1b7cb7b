// What a relay line does with what it hears.
#include <algorithm>
#include <utility>

#include "net/relay/iso8583_line.hpp"

namespace spillway::net {
namespace {

using iso8583::Field;
using iso8583::frame_size_max;
using iso8583::MessageType;
using iso8583::Unreadable;

// Kinds of unreadable messages in one read; beyond it they are counted with the last.
constexpr std::size_t passed_over_kinds_max = 16;

bool is_answer(MessageType type) {
  return type == MessageType::authorization_response || type == MessageType::reversal_response;
}

}  // namespace

std::size_t Iso8583Connection::Line::on_bytes(std::string_view bytes) {
  std::size_t consumed = 0;
  bool alive = false;
  while (!end_) {
    const auto frame = iso8583::next_message(bytes.substr(consumed));
    if (!frame) {
      end_ = {LineLoss::unreadable, "the frames are out of step: " + to_text(frame.error())};
      break;
    }
    if (!*frame) break;
    alive |= take(**frame);
    if (stream_ == nullptr) return bytes.size();  // stopped meanwhile
    consumed += iso8583::length_size + (*frame)->size();
  }
  if (alive) note_sign_of_life();
  tell_what_came();
  if (stream_ == nullptr) return bytes.size();
  if (const auto end = std::exchange(end_, std::nullopt)) {
    lose(end->loss, end->why);
    return bytes.size();
  }
  return consumed;
}

void Iso8583Connection::Line::note_sign_of_life() {
  heard_at_ = std::chrono::steady_clock::now();
  if (std::exchange(echo_asked_, false)) timer_->start(options_.heartbeat_after);
}

void Iso8583Connection::Line::tell_what_came() {
  if (!passed_over_.empty()) listener_->on_passed_over(std::exchange(passed_over_, {}));
  if (stream_ != nullptr && !replies_.empty()) listener_->on_replies(std::exchange(replies_, {}));
}

// Whether it shows that a relay centre is there: a message of whatever type does, or no message.
bool Iso8583Connection::Line::take(std::string_view frame) {
  if (frame.empty() || frame.size() == options_.dialect.header.size()) return true;
  const auto message = iso8583::decode(frame, options_.dialect);
  if (!message) {
    pass_over(frame, message.error());
    return message.error().type != 0;
  }
  unreadable_.reset();
  switch (message->type()) {
    case MessageType::authorization_response:
    case MessageType::reversal_response:
      replies_.push_back(reply_from(*message));
      break;
    case MessageType::network_response:
      take_network_response(*message);
      break;
    case MessageType::network_request:
    case MessageType::network_repeat:
      answer_network(*message);
      break;
    default:
      pass_over(frame, {iso8583::Flaw::type, 0, static_cast<std::uint16_t>(message->type())});
  }
  return true;
}

// An answer that cannot be read is one all the same: its request is in doubt, not unanswered.
void Iso8583Connection::Line::pass_over(std::string_view frame, const Unreadable& why) {
  unreadable_ = why;
  auto known = std::ranges::find(passed_over_, why, &PassedOver::why);
  if (known == passed_over_.end()) {
    if (passed_over_.size() < passed_over_kinds_max) passed_over_.push_back({why, 0});
    known = passed_over_.end() - 1;
  }
  ++known->count;
  const auto part = iso8583::readable_part(frame, options_.dialect);
  if (!part || !is_answer(part->type()) || !part->has(Field::reference)) return;
  const RelayReply read = reply_from(*part);
  RelayReply reply;
  reply.to_reversal = read.to_reversal;
  reply.reference = read.reference;
  reply.trace = read.trace;
  replies_.push_back(reply);
}

// One without a field 70 answers the sign-on where it has that one's field 11, or none.
void Iso8583Connection::Line::take_network_response(const iso8583::Message& response) {
  if (phase_ != Phase::signing_on) return;
  const bool other_trace =
      response.has(Field::stan) && iso8583::number_in(response[Field::stan]) != network_stan_;
  const bool to_sign_on = response.has(Field::network_code)
                              ? response[Field::network_code] == iso8583::network_code::sign_on
                              : !other_trace;
  if (!to_sign_on) return;
  const std::string_view code = response[Field::response_code];
  if (code == "00") return signed_on();
  end_ = {LineLoss::closed,
          code.empty() ? std::string("the answer to the sign-on has no field 39 that can be read")
                       : "the sign-on was refused with response code " + std::string(code)};
}

void Iso8583Connection::Line::signed_on() {
  phase_ = Phase::up;
  failures_ = 0;
  heard_at_ = std::chrono::steady_clock::now();
  timer_->start(options_.heartbeat_after);
  listener_->on_line_up();
}

void Iso8583Connection::Line::answer_network(const iso8583::Message& request) {
  std::array<char, frame_size_max> frame{};
  const std::size_t size =
      write_network_response(request, network_verdict(request), frame, options_.dialect);
  stream_->write({frame.data(), size});
  if (request[Field::network_code] == iso8583::network_code::sign_off)
    end_ = {LineLoss::closed, "the relay centre signed off"};
}

std::string Iso8583Connection::Line::last_unreadable() const {
  return unreadable_ ? "; the last message that came was passed over: " + to_text(*unreadable_)
                     : std::string();
}

}  // namespace spillway::net
