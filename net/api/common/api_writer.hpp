// Turns the backend's answers, refusals and problems into HTTP answers. One for each loop of the
// server, used on that loop's thread only.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "net/api/common/order_backend.hpp"
#include "net/api/common/order_json.hpp"
#include "net/http/problem.hpp"
#include "net/server/http_server.hpp"
#include "net/text/refusal.hpp"

namespace spillway::net {

// What /healthz and /readyz say: 200, or 503 with the reason.
struct ServiceState {
  bool good = true;
  std::string detail;  // without secrets: anybody may ask
};

// 429: a shop sends orders faster than it may.
Refusal too_fast();

class ApiWriter {
 public:
  // `json` outlives the writer, and so does the server.
  ApiWriter(HttpServer& server, const OrderCodes& codes, const OrderJson& json);

  void write(const ApiAnswer& answer);
  // `name` and `title` as in Problem; without a name they are those of the status.
  void write_refusal(Ticket ticket, const Refusal& refusal, std::string_view name = {},
                     std::string_view title = {}, std::span<const HttpHeader> headers = {});
  void write_no_place(Ticket ticket) { put(ticket, answers::NoPlace{}); }
  void write_state(Ticket ticket, const ServiceState& state);
  // A problem that its status names well enough.
  void write_problem(Ticket ticket, int status, std::string_view detail,
                     std::span<const HttpHeader> headers = {});

 private:
  void put(Ticket ticket, const answers::Accepted& accepted);
  void put(Ticket ticket, const answers::AcceptedWithReceipt& accepted);
  void put(Ticket ticket, const answers::InFlight& in_flight);
  void put(Ticket ticket, const answers::OtherBody& other_body);
  void put(Ticket ticket, const answers::Full& full);
  void put(Ticket ticket, const answers::NoPlace& no_place);
  void put(Ticket ticket, const answers::NotFound& not_found);
  void put(Ticket ticket, const answers::Forbidden& forbidden);
  void put(Ticket ticket, const answers::Order& order);
  void put(Ticket ticket, const answers::Orders& orders);
  void put(Ticket ticket, const answers::FoundOrders& orders);
  void put(Ticket ticket, const answers::Story& story);
  void put(Ticket ticket, const answers::Document& document);
  void put(Ticket ticket, const answers::Refused& refused);
  void put_order_json(Ticket ticket);  // body_
  void put_problem(Ticket ticket, const Problem& problem, std::span<const HttpHeader> headers = {});

  HttpServer& server_;
  const OrderJson& json_;
  AcceptedAnswer accepted_;
  std::string body_;  // of the answer that is being written; kept for its memory
};

}  // namespace spillway::net
