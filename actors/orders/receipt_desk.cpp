#include "actors/orders/receipt_desk.hpp"

#include <variant>

#include "actors/documents/receipt_content.hpp"

namespace spillway::actors {

auto ReceiptDesk::make_behavior() -> behavior_type {
  return {
      [this](const MakeReceipts& message) {
        std::vector<net::ApiAnswer> answers;
        answers.reserve(message.orders.size());
        for (const ReceiptWanted& wanted : message.orders) answers.push_back(answer(wanted));
        services_.metrics.receipts_signed.add(answers.size());
        services_.api.answer(std::move(answers));
      },
  };
}

net::ApiAnswer ReceiptDesk::answer(const ReceiptWanted& wanted) const {
  const RecordNumber record{wanted.order.value};
  const auto stored = services_.journal.read(record);
  if (!stored) {  // the order has left the journal: the shop has its receipt, or must do without
    const auto line = services_.journal.book_line(wanted.order);
    SPILLWAY_CHECK(line.has_value(), "a receipt is wanted for an order that is not there");
    return {wanted.ticket, net::answers::Accepted{wanted.order, line->received_at, true}};
  }
  SPILLWAY_CHECK(std::holds_alternative<Received>(stored->event.fact),
                 "a receipt is wanted for an order that is not there");
  const auto& expected = std::get<Received>(stored->event.fact).expected_within;
  std::optional<std::uint32_t> within_ms;
  if (expected) within_ms = static_cast<std::uint32_t>(expected->count());
  const net::Receipt receipt = receipt_of(stored->event, services_.journal.link_of(record),
                                          services_.order_code(wanted.order));
  return {wanted.ticket, net::answers::AcceptedWithReceipt{
                             std::make_shared<const net::answers::AcceptedWithReceipt::Content>(
                                 net::answers::AcceptedWithReceipt::Content{
                                     {wanted.order, stored->event.at, wanted.replayed, within_ms},
                                     services_.sign_receipt(receipt)})}};
}

}  // namespace spillway::actors
