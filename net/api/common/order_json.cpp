#include "net/api/common/order_json.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "net/http/http_date.hpp"

namespace spillway::net {

namespace {

constexpr std::size_t http_date_length = 29;  // RFC 9110 5.6.7, IMF-fixdate

void put_digits(char* out, std::size_t count, std::uint32_t value) {
  while (count-- > 0) {
    out[count] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
}

void put_timestamp(char* out, Timestamp time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::int64_t of_day = (time - day).count();  // µs
  const auto second = static_cast<std::uint32_t>(of_day / 1'000'000);
  std::memcpy(out, "0000-00-00T00:00:00.000000Z", timestamp_length);
  put_digits(out, 4, static_cast<std::uint32_t>(static_cast<int>(date.year())));
  put_digits(out + 5, 2, static_cast<unsigned>(date.month()));
  put_digits(out + 8, 2, static_cast<unsigned>(date.day()));
  put_digits(out + 11, 2, second / 3600);
  put_digits(out + 14, 2, second / 60 % 60);
  put_digits(out + 17, 2, second % 60);
  put_digits(out + 20, 6, static_cast<std::uint32_t>(of_day % 1'000'000));
}

void append_order_code(std::string& out, const OrderCodes& codes, OrderNumber number) {
  std::array<char, OrderCodes::length> code;
  codes.encode_to(number, code.data());
  out.append("\"").append(code.data(), code.size()).append("\"");
}

void append_item(std::string& out, const Item& item) {
  out.append(R"({"code":)");
  append_json_text(out, item.code);
  out.append(R"(,"name":)");
  append_json_text(out, item.name);
  out.append(R"(,"quantity":)").append(std::to_string(item.quantity));
  out.append(R"(,"unit_price":)").append(std::to_string(item.unit_price)).append("}");
}

void append_change(std::string& out, const StatusChange& change) {
  out.append(R"({"status":")").append(to_text(change.status)).append(R"(","at":")");
  append_timestamp(out, change.at);
  out.append("\"}");
}

// How far the buyer has been told of the outcome by mail.
void append_mail(std::string& out, const OrderState& state) {
  const bool has_outcome = state.status == Status::authorized || state.status == Status::refused ||
                           state.status == Status::cancelled;
  out.append(R"(,"mail":)");
  if (state.notice_due != Notice::none)
    out.append(R"("due")");
  else if (state.notice_refused)
    out.append(R"("refused")");
  else
    out.append(has_outcome ? R"("delivered")" : "null");
}

template <class Elements, class Append>
void append_array(std::string& out, const Elements& elements, Append append) {
  out.append("[");
  bool first = true;
  for (const auto& element : elements) {
    if (!first) out.append(",");
    first = false;
    append(element);
  }
  out.append("]");
}

}  // namespace

void append_json_text(std::string& out, std::string_view text) {
  static constexpr std::string_view digits = "0123456789abcdef";
  out.push_back('"');
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (byte < 0x20) {
      out.append("\\u00").append({digits[byte >> 4], digits[byte & 15]});
    } else {
      out.push_back(c);
    }
  }
  out.push_back('"');
}

void append_timestamp(std::string& out, Timestamp time) {
  std::array<char, timestamp_length> text;
  put_timestamp(text.data(), time);
  out.append(text.data(), text.size());
}

OrderJson::OrderJson(const OrderCodes& codes, std::map<RelayId, std::string> relays)
    : codes_(codes), relays_(std::move(relays)) {}

void OrderJson::append_order(std::string& out, const OrderView& view) const {
  const Received& received = view.received;
  out.append(R"({"order":)");
  append_order_code(out, codes_, view.state.number);
  out.append(R"(,"reference":)");
  append_json_text(out, received.reference);
  if (!received.member.empty()) {
    out.append(R"(,"member":)");
    append_json_text(out, received.member);
  }
  out.append(R"(,"status":")").append(to_text(view.state.status));
  out.append(R"(","amount":)").append(std::to_string(received.amount.minor_units));
  out.append(R"(,"currency":")").append(received.amount.currency.code());
  out.append(R"(","received_at":")");
  append_timestamp(out, view.received_at);
  out.append("\"");
  if (received.expected_within) {
    out.append(R"(,"expected_outcome_at":")");
    append_timestamp(out, view.received_at + *received.expected_within);
    out.append("\"");
  }
  if (received.urgency != Urgency::normal) {
    out.append(R"(,"urgency":")").append(to_text(received.urgency)).append("\"");
  }
  if (received.verdict_by) {
    out.append(R"(,"verdict_by":")");
    append_timestamp(out, *received.verdict_by);
    out.append("\"");
  }
  out.append(R"(,"items":)");
  append_array(out, received.items, [&](const Item& item) { append_item(out, item); });
  out.append(R"(,"history":)");
  append_array(out, view.state.history, [&](const auto& change) { append_change(out, change); });
  append_authorization(out, view);
  append_mail(out, view.state);
  const MaskedCard& card = received.card;
  out.append(R"(,"card":{"company":")").append(to_text(card.company));
  out.append(R"(","last_four":")").append(card.last_four.data(), card.last_four.size());
  out.append("\"}}");
}

void OrderJson::append_authorization(std::string& out, const OrderView& view) const {
  const OrderState& state = view.state;
  out.append(R"(,"authorization":{"answer":)");
  const auto answer = told_answer(state.answer);
  if (!answer) {
    out.append("null");
  } else {
    out.append("\"").append(*answer).append("\"");
  }
  out.append(R"(,"approval_code":)");
  if (state.approval_code.empty()) {
    out.append("null");
  } else {
    append_json_text(out, state.approval_code.view());
  }
  out.append(R"(,"relay":)");
  const auto relay = relays_.find(state.relay);
  append_json_text(out, relay != relays_.end() ? relay->second : std::to_string(state.relay.value));
  out.append(R"(,"attempts":)").append(std::to_string(state.attempt.value)).append("}");
}

void OrderJson::append_orders(std::string& out, const answers::Orders& orders) const {
  out.append(R"({"orders":)");
  append_array(out, orders.orders, [&](const OrderView& view) { append_order(out, view); });
  out.append(R"(,"next":)");
  if (orders.next_before.value == 0) {
    out.append("null");
  } else {
    append_order_code(out, codes_, orders.next_before);
  }
  out.append("}");
}

AcceptedAnswer::AcceptedAnswer(const OrderCodes& codes)
    : codes_(codes),
      forms_{make_form(false, false), make_form(true, false), make_form(false, true),
             make_form(true, true)} {}

AcceptedAnswer::Form AcceptedAnswer::make_form(bool replayed, bool expected) {
  const std::string code_space(OrderCodes::length, ' ');
  std::string body = R"({"order":")";
  const std::size_t order = body.size();
  body.append(code_space).append(R"(","status":"received","received_at":")");
  const std::size_t received_at = body.size();
  body.append(timestamp_length, ' ');
  std::size_t expected_at = 0;
  if (expected) {
    body.append(R"(","expected_outcome_at":")");
    expected_at = body.size();
    body.append(timestamp_length, ' ');
  }
  body.append(R"(","message":"Your order has been received",)");
  body.append(R"("notice":"The result of the verification of your credit card )");
  body.append(R"(will be sent by e-mail"})");

  Form form;
  form.bytes = "HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\n";
  if (replayed) form.bytes.append("Idempotency-Replayed: true\r\n");
  form.bytes.append("Location: /v1/orders/");
  form.location = form.bytes.size();
  form.bytes.append(code_space).append("\r\nDate: ");
  form.date = form.bytes.size();
  form.bytes.append(http_date_length, ' ');
  form.bytes.append("\r\nContent-Length: ").append(std::to_string(body.size()));
  form.bytes.append("\r\n\r\n");
  form.order = form.bytes.size() + order;
  form.received_at = form.bytes.size() + received_at;
  form.expected_at = form.bytes.size() + expected_at;
  form.bytes.append(body);
  return form;
}

AcceptedAnswer::Form& AcceptedAnswer::form_of(const answers::Accepted& accepted) {
  return forms_[(accepted.replayed ? 1U : 0U) + (accepted.expected_within_ms ? 2U : 0U)];
}

std::string_view AcceptedAnswer::bytes(const answers::Accepted& accepted) {
  Form& form = form_of(accepted);
  char* const at = form.bytes.data();
  codes_.encode_to(accepted.order, at + form.order);
  std::memcpy(at + form.location, at + form.order, OrderCodes::length);
  put_timestamp(at + form.received_at, accepted.received_at);
  if (accepted.expected_within_ms)
    put_timestamp(at + form.expected_at,
                  accepted.received_at + std::chrono::milliseconds(*accepted.expected_within_ms));
  const std::string_view date = http_date_now();
  std::memcpy(at + form.date, date.data(), std::min(date.size(), http_date_length));
  return form.bytes;
}

AcceptedAnswer::Parts AcceptedAnswer::parts(const answers::Accepted& accepted) {
  const std::string_view whole = bytes(accepted);
  constexpr std::string_view folder = "/v1/orders/";
  const Form& form = form_of(accepted);
  return {whole.substr(form.location - folder.size(), folder.size() + OrderCodes::length),
          whole.substr(whole.find("\r\n\r\n") + 4)};
}

}  // namespace spillway::net
