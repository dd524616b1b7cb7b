#include "actors/documents/receipt_content.hpp"

#include <variant>

#include "net/api/common/order_json.hpp"

namespace spillway::actors {

std::string to_hex(const storage::ChainHash& hash) {
  static constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const char c : hash) {
    const auto byte = static_cast<unsigned char>(c);
    text.push_back(digits[byte >> 4U]);
    text.push_back(digits[byte & 15U]);
  }
  return text;
}

net::Receipt receipt_of(const Event& event, const storage::ChainLink& link,
                        const std::string& order_code) {
  const auto& received = std::get<Received>(event.fact);
  net::Receipt receipt;
  receipt.order = order_code;
  receipt.shop = received.shop.value;
  receipt.reference = received.reference;
  receipt.amount = received.amount.minor_units;
  receipt.currency = received.amount.currency.code();
  net::append_timestamp(receipt.received_at, event.at);
  receipt.record = event.order.value;
  receipt.commit_first = link.first.value;
  receipt.commit_last = link.last.value;
  receipt.chain = to_hex(link.hash);
  return receipt;
}

}  // namespace spillway::actors
