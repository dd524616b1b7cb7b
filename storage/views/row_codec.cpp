#include "storage/views/row_codec.hpp"

#include "storage/base/bytes.hpp"
#include "storage/base/message_pack.hpp"

namespace spillway::storage {

namespace {

constexpr std::size_t row_elements = 27;
constexpr std::size_t fixed_numbers = 20;
constexpr std::size_t checksum_size = 8;
constexpr std::size_t heard_bound =
    PackWriter::array_max + 3 * PackWriter::number_max + PackWriter::text_max(2);
constexpr std::size_t escalation_bound =
    PackWriter::array_max + 3 * PackWriter::number_max + PackWriter::text_max(2);
constexpr std::size_t attempt_elements = 5;
constexpr std::size_t attempt_bound =
    PackWriter::array_max + 3 * PackWriter::number_max + PackWriter::text_max(12) + heard_bound;
constexpr std::size_t change_elements = 2;
constexpr std::size_t change_bound = PackWriter::array_max + 2 * PackWriter::number_max;

std::uint64_t checksum_of(OrderNumber number, std::string_view bytes, const KeyedHash& checksum) {
  // A sum over the number and the bytes' own sum: the bytes need not be copied behind the number.
  std::uint64_t parts[2] = {number.value, checksum.of(bytes)};
  return checksum.of({reinterpret_cast<const char*>(parts), sizeof parts});
}

// An empty array where nothing but silence was heard; the sum only where there is one.
void write_heard(PackWriter& out, const Heard& heard) {
  if (heard == Heard{}) return out.array(0);
  out.array(heard.held ? 4 : 2);
  out.number(heard.doubt ? static_cast<std::uint64_t>(*heard.doubt) : 0);
  out.text(heard.code.view());
  if (!heard.held) return;
  out.signed_number(heard.held->minor_units);
  out.number(heard.held->currency.numeric);
}

void write_escalation(PackWriter& out, const std::optional<Escalation>& escalated) {
  if (!escalated) return out.array(0);
  out.array(4);
  out.number(escalated->attempt.value);
  out.number(escalated->tries);
  out.text(escalated->last_code.view());
  out.time(escalated->at);
}

void write_attempts(PackWriter& out, const std::vector<SentAttempt>& attempts) {
  out.array(attempts.size());
  for (const SentAttempt& attempt : attempts) {
    out.array(attempt_elements);
    out.number(attempt.attempt.value);
    out.text(attempt.reference.view());
    out.number(attempt.stan);
    out.time(attempt.sent_at);
    write_heard(out, attempt.heard);
  }
}

template <class Enumeration>
Enumeration read_enumeration(PackReader& in, Enumeration last) {
  return static_cast<Enumeration>(in.number(static_cast<std::uint64_t>(last)));
}

Heard read_heard(PackReader& in) {
  Heard heard;
  const std::size_t count = in.array();
  if (count == 0) return heard;
  const auto doubt = read_enumeration(in, DoubtReason::no_verdict);
  if (doubt != DoubtReason{}) heard.doubt = doubt;
  heard.code = ResponseCode(in.text(2));
  if (count == 2) return heard;
  if (count != 4) in.fail();
  Money& held = heard.held.emplace();
  held.minor_units = in.signed_number();
  held.currency = {in.narrow<std::uint16_t>()};
  return heard;
}

std::optional<Escalation> read_escalation(PackReader& in) {
  const std::size_t count = in.array();
  if (count == 0) return std::nullopt;
  if (count != 4) in.fail();
  Escalation escalated;
  escalated.attempt = {in.narrow<std::uint16_t>()};
  escalated.tries = in.narrow<std::uint16_t>();
  escalated.last_code = ResponseCode(in.text(2));
  escalated.at = in.time();
  return escalated;
}

void read_attempts(PackReader& in, std::vector<SentAttempt>& attempts) {
  attempts.clear();
  const std::size_t count = in.array();
  for (std::size_t i = 0; i < count && !in.failed(); ++i) {
    in.array_of(attempt_elements);
    SentAttempt& attempt = attempts.emplace_back();
    attempt.attempt = {in.narrow<std::uint16_t>()};
    attempt.reference = Reference(in.text(12));
    attempt.stan = in.narrow<std::uint32_t>();
    attempt.sent_at = in.time();
    attempt.heard = read_heard(in);
  }
}

void read_history(PackReader& in, std::vector<StatusChange>& history) {
  history.clear();
  const std::size_t count = in.array();
  for (std::size_t i = 0; i < count && !in.failed(); ++i) {
    in.array_of(change_elements);
    StatusChange& change = history.emplace_back();
    change.status = read_enumeration(in, Status::cancelled);
    change.at = in.time();
  }
}

void write_state(PackWriter& out, const OrderState& state) {
  out.number(state.shop.value);
  out.number(state.relay.value);
  out.signed_number(state.amount.minor_units);
  out.number(state.amount.currency.numeric);
  out.number(static_cast<std::uint64_t>(state.status));
  out.number(static_cast<std::uint64_t>(state.attempt_state));
  out.number(state.attempt.value);
  out.text(state.attempt_reference.view());
  out.number(state.attempt_stan);
  out.time(state.attempt_sent_at);
  write_heard(out, state.attempt_heard);
  out.number(state.own_doubts);
  out.number(static_cast<std::uint64_t>(state.answer));
  out.text(state.approval_code.view());
  out.number(static_cast<std::uint64_t>(state.notice_due));
  out.number(state.notice_refused ? 1 : 0);
  write_escalation(out, state.escalated);
  out.number(state.last_record.value);
  out.number(state.timing.packed());
  write_attempts(out, state.past_attempts);
  write_attempts(out, state.open_reversals);
  out.array(state.history.size());
  for (const StatusChange& change : state.history) {
    out.array(change_elements);
    out.number(static_cast<std::uint64_t>(change.status));
    out.time(change.at);
  }
}

void read_state(PackReader& in, OrderState& state) {
  state.shop = {in.narrow<std::uint32_t>()};
  state.relay = {in.narrow<std::uint16_t>()};
  state.amount.minor_units = in.signed_number();
  state.amount.currency = {in.narrow<std::uint16_t>()};
  state.status = read_enumeration(in, Status::cancelled);
  state.attempt_state = read_enumeration(in, AttemptState::authorized);
  state.attempt = {in.narrow<std::uint16_t>()};
  state.attempt_reference = Reference(in.text(12));
  state.attempt_stan = in.narrow<std::uint32_t>();
  state.attempt_sent_at = in.time();
  state.attempt_heard = read_heard(in);
  state.own_doubts = in.narrow<std::uint16_t>();
  state.answer = read_enumeration(in, Answer::no_verdict);
  state.approval_code = ApprovalCode(in.text(6));
  state.notice_due = read_enumeration(in, Notice::cancellation);
  state.notice_refused = in.number(1) != 0;
  state.escalated = read_escalation(in);
  state.last_record = {in.number()};
  state.timing = OrderTiming::unpacked(in.number());
  read_attempts(in, state.past_attempts);
  read_attempts(in, state.open_reversals);
  read_history(in, state.history);
}

}  // namespace

bool needed_by_recovery(const OrderState& state) {
  return !at_rest(state) || state.notice_due != Notice::none;
}

void encode_row(const OrderRow& row, const KeyedHash& checksum, std::string& out) {
  const OrderState& state = row.state;
  const std::size_t attempts = state.past_attempts.size() + state.open_reversals.size();
  out.resize(1 + 4 * PackWriter::array_max + fixed_numbers * PackWriter::number_max +
             PackWriter::text_max(12) + PackWriter::text_max(6) + heard_bound + escalation_bound +
             PackWriter::text_max(row.reference.size()) + attempts * attempt_bound +
             state.history.size() * change_bound + checksum_size);
  out[0] = needed_by_recovery(state) ? 1 : 0;
  PackWriter writer(out.data() + 1);
  writer.array(row_elements);
  writer.time(row.received_at);
  writer.number(row.idempotency.key[0]);
  writer.number(row.idempotency.key[1]);
  writer.number(row.idempotency.body);
  writer.text(row.reference);
  write_state(writer, state);
  const auto size = static_cast<std::size_t>(writer.end() - out.data());
  put_big_endian(writer.end(), checksum_of(state.number, {out.data(), size}, checksum));
  out.resize(size + checksum_size);
}

bool decode_row(OrderNumber number, std::string_view stored, const KeyedHash& checksum,
                OrderRow& row) {
  if (stored.size() <= 1 + checksum_size) return false;
  const std::string_view bytes = stored.substr(0, stored.size() - checksum_size);
  if (get_big_endian<std::uint64_t>(stored.data() + bytes.size()) !=
      checksum_of(number, bytes, checksum))
    return false;
  PackReader in(bytes.substr(1));
  in.array_of(row_elements);
  row.received_at = in.time();
  row.idempotency.key = {in.number(), in.number()};
  row.idempotency.body = in.number();
  row.reference = in.text();
  read_state(in, row.state);
  row.state.number = number;
  return !in.failed() && in.at_end();
}

}  // namespace spillway::storage
