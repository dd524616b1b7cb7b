#include "sandbox/relay_desk.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include "engine/pacing/limits.hpp"
#include "net/relay/relay_messages.hpp"
#include "sandbox/limits.hpp"
#include "sandbox/relay_answer.hpp"

namespace spillway::sandbox {
namespace {

using net::iso8583::Field;
using net::iso8583::Message;
using net::iso8583::MessageType;

std::string_view type_text(MessageType type) {
  switch (type) {
    case MessageType::authorization_request:
      return "0100";
    case MessageType::authorization_repeat:
      return "0101";
    case MessageType::reversal_request:
      return "0400";
    default:
      return "0401";
  }
}

}  // namespace

RelayDesk::RelayDesk(net::EventLoop& loop, const RelayCentreOptions& options,
                     Authorizer& authorizer, RelayLedger* ledger)
    : loop_(loop),
      options_(options),
      authorizer_(authorizer),
      ledger_(ledger),
      timer_(loop, [this] { deliver_due(); }) {}

Result<std::uint16_t> RelayDesk::listen() {
  auto listener = net::TcpListener::listen(
      loop_, options_.address, options_.port,
      [this](std::unique_ptr<net::TcpStream> stream) {
        const std::uint64_t id = ++lines_ever_;
        Line& line = *(lines_[id] = std::make_unique<Line>(*this, id, std::move(stream)));
        line.stream->start(line);
      },
      options_.tls);
  if (!listener) return listener.error();
  listener_ = std::move(*listener);
  return listener_->port();
}

RelayCentreCounts RelayDesk::counts() const {
  RelayCentreCounts result = counts_;
  result.lines = lines_.size();
  return result;
}

std::size_t RelayDesk::receive(Line& line, std::string_view bytes) {
  now_ = std::chrono::steady_clock::now();
  std::size_t consumed = 0;
  while (!line.dropping) {
    const auto message =
        net::iso8583::next_message(bytes.substr(consumed), net::iso8583::frame_size_max);
    if (message && !*message) break;
    if (!message || !take(line, **message)) {
      ++counts_.unreadable;
      line.dropping = true;
      break;
    }
    consumed += net::iso8583::length_size + (*message)->size();
  }
  finish_turn(line);  // the line may be gone
  return consumed;
}

// False when it is nothing that is said to a relay centre.
bool RelayDesk::take(Line& line, std::string_view bytes) {
  if (bytes.empty()) return true;  // the line is alive
  const auto message = net::iso8583::decode(bytes, options_.dialect);
  if (!message) return false;
  switch (message->type()) {
    case MessageType::network_request:
    case MessageType::network_repeat:
      answer_network(line, *message);
      return true;
    case MessageType::network_response:
      if ((*message)[Field::response_code] != "00") ++counts_.refused;
      return true;
    case MessageType::authorization_request:
      ++counts_.authorizations;
      break;
    case MessageType::authorization_repeat:
      ++counts_.repeats;
      break;
    case MessageType::reversal_request:
    case MessageType::reversal_repeat:
      ++counts_.reversals;
      break;
    default:
      return false;
  }
  answer_request(line, *message);
  return true;
}

void RelayDesk::answer_network(Line& line, const Message& message) {
  const std::string_view code = message[Field::network_code];
  std::string_view response = "00";
  if (code == net::iso8583::network_code::sign_on) {
    ++counts_.sign_ons;
    // A relay centre that cannot keep its books takes nobody on.
    if (ledger_ != nullptr && !ledger_->flush()) response = "96";
  } else if (code == net::iso8583::network_code::echo) {
    ++counts_.echoes;
  } else if (code == net::iso8583::network_code::sign_off) {
    ++counts_.sign_offs;
    line.dropping = true;
  } else {
    response = "12";  // invalid transaction
  }
  std::array<char, net::iso8583::frame_size_max> frame{};
  line.answers.append(frame.data(),
                      net::write_network_response(message, response, frame, options_.dialect));
}

void RelayDesk::answer_request(Line& line, const Message& message) {
  Dice& dice = authorizer_.dice();
  const auto [fault, chance] = roll_fault();
  const bool goes_missing = fault == Fault::lost || fault == Fault::drop;
  const bool never_seen = goes_missing && dice.coin();
  if (fault == Fault::drop) line.dropping = true;
  if (never_seen) return;

  const Decision decision = decide(line, message, chance);
  book(line, message, decision.ruling);
  if (goes_missing || decision.behaviour == CardBehaviour::silent ||
      decision.behaviour == CardBehaviour::silent_first)
    return;

  Duration delay = dice.between(options_.latency.min, options_.latency.max);
  if (fault == Fault::late || decision.behaviour == CardBehaviour::late) delay += options_.late_by;
  if (fault == Fault::garbage || decision.behaviour == CardBehaviour::garbage_first)
    return deliver(line, garbage(), delay, true);
  std::string answer = said_before(message, decision.oddity, options_.dialect) +
                       answer_to(message, decision.ruling, decision.oddity, options_.dialect);
  if (fault == Fault::twice || decision.behaviour == CardBehaviour::twice)
    deliver(line, answer, delay, false);
  deliver(line, std::move(answer), delay, false);
}

Decision RelayDesk::decide(const Line& line, const Message& message, Oddity chance) {
  if (is_reversal(message.type())) return authorizer_.reverse(message, chance);
  // Answers that a slow peer lets pile up count as well as those that wait for their time.
  const bool busy = waiting_.size() >= limits::sandbox_answers_waiting_max ||
                    line.stream->unsent() >= limits::relay_unsent_max / 2;
  return authorizer_.authorize(message, now_, busy, chance);
}

void RelayDesk::book(const Line& line, const Message& message, const Ruling& ruling) {
  if (ledger_ == nullptr) return;
  LedgerLine entry;
  entry.at = std::chrono::floor<Duration>(std::chrono::system_clock::now());
  entry.line = line.id;
  entry.message = type_text(message.type());
  entry.reference = net::iso8583::without_filling(message[Field::reference]);
  entry.stan = net::iso8583::number_in(message[Field::stan]);
  entry.amount = net::iso8583::number_in(message[Field::amount]);
  entry.currency.numeric =
      static_cast<std::uint16_t>(net::iso8583::number_in(message[Field::currency]));
  const std::string_view card = message[Field::card_number];
  if (!card.empty()) {
    entry.company = company_of(card);
    entry.last_four = card.substr(card.size() - std::min<std::size_t>(4, card.size()));
  }
  entry.ruling = ruling;
  if (ruling.granted.currency.numeric == 0) entry.ruling.granted.currency = entry.currency;
  ledger_->add(entry);
}

RelayDesk::Roll RelayDesk::roll_fault() {
  const RelayFaults& faults = options_.faults;
  double at = authorizer_.dice().fraction();
  for (const auto& [fault, chance] :
       {std::pair(Fault::lost, faults.lost), std::pair(Fault::late, faults.late),
        std::pair(Fault::twice, faults.twice), std::pair(Fault::garbage, faults.garbage),
        std::pair(Fault::drop, faults.drop)}) {
    if (at < chance) return {fault, Oddity::none};
    at -= chance;
  }
  for (std::size_t i = 1; i < oddities; ++i) {
    if (at < faults.odd[i]) return {Fault::none, static_cast<Oddity>(i)};
    at -= faults.odd[i];
  }
  return {};
}

// A right length and then no message: the high bit is in no message type.
std::string RelayDesk::garbage() {
  std::string bytes{'\0', '\x28'};
  for (int i = 0; i < 0x28; ++i) bytes += static_cast<char>(authorizer_.dice().roll() | 0x80U);
  return bytes;
}

void RelayDesk::deliver(Line& line, std::string frame, Duration delay, bool drops_line) {
  if (delay <= Duration::zero()) {
    line.answers += frame;
    line.dropping |= drops_line;
    return;
  }
  waiting_.push_back({now_ + delay, ++sequence_, line.id, std::move(frame), drops_line});
  std::ranges::push_heap(waiting_, later);
  // An earlier one than all before needs an earlier wake-up.
  if (waiting_.front().sequence == sequence_) timer_.start(delay);
}

void RelayDesk::deliver_due() {
  now_ = std::chrono::steady_clock::now();
  std::vector<std::uint64_t> touched;
  while (!waiting_.empty() && waiting_.front().due <= now_) {
    std::ranges::pop_heap(waiting_, later);
    const Waiting answer = std::move(waiting_.back());
    waiting_.pop_back();
    const auto found = lines_.find(answer.line);
    if (found == lines_.end() || found->second->dropping) continue;  // its line is gone
    Line& line = *found->second;
    if (line.answers.empty()) touched.push_back(line.id);
    line.answers += answer.frame;
    line.dropping |= answer.drops_line;
  }
  for (const std::uint64_t id : touched) finish_turn(*lines_.at(id));
  if (!waiting_.empty()) timer_.start(std::chrono::ceil<Duration>(waiting_.front().due - now_));
}

// Books before answers: an answer whose line in the ledger cannot be written does not leave.
void RelayDesk::finish_turn(Line& line) {
  if (ledger_ != nullptr && !ledger_->flush()) {
    line.dropping = true;
  } else if (!line.answers.empty()) {
    line.stream->write(line.answers);
    if (line.stream->unsent() > limits::relay_unsent_max) line.dropping = true;
  }
  line.answers.clear();
  if (line.dropping) lines_.erase(line.id);
}

}  // namespace spillway::sandbox
