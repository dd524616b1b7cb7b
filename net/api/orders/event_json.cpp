#include "net/api/orders/event_json.hpp"

#include "net/api/common/order_json.hpp"

namespace spillway::net {

void EventJson::append(std::string& out, const ShopEvent& event, const Received& received) const {
  const std::string_view status = to_text(event.status);
  out.append(R"({"id":")").append(ids_.encode(event.record));
  out.append(R"(","type":")").append(event_type(event.status));
  out.append(R"(","created_at":")");
  append_timestamp(out, event.at);
  out.append(R"(","version":)").append(std::to_string(event.version));
  out.append(R"(,"order":")").append(codes_.encode(event.order));
  out.append(R"(","reference":)");
  append_json_text(out, received.reference);
  out.append(R"(,"status":")").append(status);
  out.append(R"(","amount":)").append(std::to_string(received.amount.minor_units));
  out.append(R"(,"currency":")").append(received.amount.currency.code());
  out.append(R"(","authorization":{"answer":)");
  const auto answer = told_answer(event.answer);
  if (!answer)
    out.append("null");
  else
    out.append("\"").append(*answer).append("\"");
  out.append(R"(,"approval_code":)");
  if (event.approval_code.empty())
    out.append("null");
  else
    append_json_text(out, event.approval_code.view());
  out.append(R"(},"card":{"company":")").append(to_text(received.card.company));
  out.append(R"(","last_four":")");
  out.append(received.card.last_four.data(), received.card.last_four.size());
  out.append("\"}}");
}

void EventJson::append_to_stream(std::string& out, const ShopEvent& event,
                                 const Received& received) const {
  out.append("id: ").append(ids_.encode(event.record));
  out.append("\nevent: ").append(event_type(event.status)).append("\ndata: ");
  append(out, event, received);
  out.append("\n\n");
}

}  // namespace spillway::net
