#include "net/api/common/api_writer.hpp"

#include <array>
#include <variant>
#include <vector>

#include "engine/order/limits.hpp"

namespace spillway::net {

namespace {

constexpr std::string_view json_content_type = "application/json";

const std::string& retry_seconds() {
  static const std::string seconds =
      std::to_string(std::chrono::duration_cast<std::chrono::seconds>(limits::retry_after).count());
  return seconds;
}

}  // namespace

ApiWriter::ApiWriter(HttpServer& server, const OrderCodes& codes, const OrderJson& json)
    : server_(server), json_(json), accepted_(codes) {}

void ApiWriter::write(const ApiAnswer& answer) {
  std::visit([&](const auto& content) { put(answer.ticket, content); }, answer.answer);
}

void ApiWriter::put(Ticket ticket, const answers::Accepted& accepted) {
  server_.answer_raw(ticket, accepted_.bytes(accepted));
}

// The same answer with one more field and one more member: made anew each time, since beside the
// signature that costs nothing.
void ApiWriter::put(Ticket ticket, const answers::AcceptedWithReceipt& answer) {
  const answers::Accepted& accepted = answer.content->accepted;
  const auto [location, body] = accepted_.parts(accepted);
  body_.assign(body);
  body_.pop_back();  // the closing brace
  body_.append(R"(,"receipt":")").append(answer.content->receipt).append("\"}");
  const std::array<HttpHeader, 3> headers{{{"Location", location},
                                           {"Preference-Applied", "receipt"},
                                           {"Idempotency-Replayed", "true"}}};
  server_.answer(ticket, 202, json_content_type,
                 std::span(headers).first(accepted.replayed ? 3 : 2), body_);
}

void ApiWriter::put(Ticket ticket, const answers::InFlight&) {
  put_problem(ticket, {.status = 409,
                       .name = "idempotency-key-in-flight",
                       .title = "The first request with this Idempotency-Key is in flight",
                       .detail = "It is not answered yet. Try again with the same body."});
}

void ApiWriter::put(Ticket ticket, const answers::OtherBody&) {
  put_problem(ticket, {.status = 422,
                       .name = "idempotency-key-reused",
                       .title = "This Idempotency-Key came before with another body",
                       .detail = "Use a new key for another request."});
}

void ApiWriter::put(Ticket ticket, const answers::Full&) {
  // Told thousands of times a second when it is told at all.
  static const std::string body =
      problem_json({.status = 503,
                    .name = "overloaded",
                    .title = "Too much is waiting",
                    .detail = "Nothing was accepted. Try again after a while."});
  const std::array<HttpHeader, 1> retry{{{"Retry-After", retry_seconds()}}};
  server_.answer(ticket, 503, problem_content_type, retry, body);
}

void ApiWriter::put(Ticket ticket, const answers::NoPlace&) {
  static const std::string body =
      problem_json({.status = 429,
                    .name = "too-many-open-orders",
                    .title = "This shop has as many open orders as it may",
                    .detail = "Nothing was accepted. An order is open until it is sent for "
                              "authorization. Try again after Retry-After."});
  const std::array<HttpHeader, 1> retry{{{"Retry-After", retry_seconds()}}};
  server_.answer(ticket, 429, problem_content_type, retry, body);
}

void ApiWriter::put(Ticket ticket, const answers::NotFound& not_found) {
  if (!not_found.removed) return write_problem(ticket, 404, "This shop has no such order.");
  put_problem(ticket, {.status = 404,
                       .name = "order-removed",
                       .title = "The order is not kept any more",
                       .detail = "It was closed, and the time for which closed orders are kept is "
                                 "over. Its amount and its outcome stay in the operator's books."});
}

void ApiWriter::put(Ticket ticket, const answers::Forbidden& forbidden) {
  const std::string_view status = to_text(forbidden.status);
  std::string body = problem_json({.status = 409,
                                   .name = "order-status-forbids-it",
                                   .title = "The order's status forbids it",
                                   .detail = "See order_status."});
  body.pop_back();  // the closing brace
  body.append(R"(,"order_status":)");
  append_json_text(body, status);
  body.append("}");
  server_.answer(ticket, 409, problem_content_type, {}, body);
}

void ApiWriter::put(Ticket ticket, const answers::Order& order) {
  body_.clear();
  json_.append_order(body_, *order.view);
  put_order_json(ticket);
}

void ApiWriter::put(Ticket ticket, const answers::Orders& orders) {
  body_.clear();
  json_.append_orders(body_, orders);
  put_order_json(ticket);
}

void ApiWriter::put(Ticket ticket, const answers::FoundOrders& orders) {
  body_.clear();
  json_.append_found(body_, orders);
  put_order_json(ticket);
}

void ApiWriter::put(Ticket ticket, const answers::Story& story) {
  body_.clear();
  json_.append_story(body_, *story.story);
  put_order_json(ticket);
}

void ApiWriter::put(Ticket ticket, const answers::Document& document) {
  const answers::DocumentContent& content = *document.content;
  std::vector<HttpHeader> headers{{"Cache-Control", "no-store"}};
  for (const auto& [name, value] : content.headers) headers.push_back({name, value});
  server_.answer(ticket, content.status, content.json.empty() ? "" : json_content_type, headers,
                 content.json);
}

void ApiWriter::put(Ticket ticket, const answers::Refused& refused) {
  const answers::RefusedContent& content = *refused.content;
  std::vector<HttpHeader> headers;
  for (const auto& [name, value] : content.headers) headers.push_back({name, value});
  write_refusal(ticket, content.refusal, content.name, content.title, headers);
}

void ApiWriter::put_order_json(Ticket ticket) {
  // It changes by itself, and it is about a person.
  static constexpr std::array<HttpHeader, 1> headers{{{"Cache-Control", "no-store"}}};
  server_.answer(ticket, 200, json_content_type, headers, body_);
}

void ApiWriter::write_refusal(Ticket ticket, const Refusal& refusal, std::string_view name,
                              std::string_view title, std::span<const HttpHeader> headers) {
  std::vector<ProblemError> errors;
  for (const FieldError& error : refusal.errors) errors.push_back({error.pointer, error.detail});
  Problem problem;
  problem.status = refusal.status;
  problem.detail = refusal.detail;
  problem.errors = errors;
  if (!name.empty()) {
    problem.name = name;
    problem.title = title;
  } else if (refusal.status == 422) {
    problem.name = "fields";
    problem.title = "Some fields are not as they must be";
  } else if (refusal.status == 429) {
    problem.name = "rate-limited";
    problem.title = "This shop sends orders faster than it may";
    // A shop's rate is one order a second at least.
    const std::array<HttpHeader, 1> retry{{{"Retry-After", retry_seconds()}}};
    return put_problem(ticket, problem, retry);
  }
  put_problem(ticket, problem, headers);
}

Refusal too_fast() {
  return {429, "Nothing was accepted. Try again after Retry-After.", {}};
}

void ApiWriter::write_state(Ticket ticket, const ServiceState& state) {
  body_.assign(state.good ? R"({"status":"ok")" : R"({"status":"unavailable")");
  if (!state.detail.empty()) {
    body_.append(R"(,"detail":)");
    append_json_text(body_, state.detail);
  }
  body_.append("}");
  server_.answer(ticket, state.good ? 200 : 503, json_content_type, {}, body_);
}

void ApiWriter::write_problem(Ticket ticket, int status, std::string_view detail,
                              std::span<const HttpHeader> headers) {
  Problem problem;
  problem.status = status;
  problem.detail = detail;
  server_.answer(ticket, status, problem_content_type, headers, problem_json(problem));
}

void ApiWriter::put_problem(Ticket ticket, const Problem& problem,
                            std::span<const HttpHeader> headers) {
  server_.answer(ticket, problem.status, problem_content_type, headers, problem_json(problem));
}

}  // namespace spillway::net
