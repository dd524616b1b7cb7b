#include "storage/journal/book_line.hpp"

#include "storage/base/message_pack.hpp"

namespace spillway::storage {

namespace {

constexpr std::uint8_t line_version = 1;
constexpr std::size_t line_elements = 11;
constexpr std::size_t reference_max = 12;
constexpr std::size_t approval_code_max = 6;

}  // namespace

std::string encode_line(const BookLine& line) {
  std::string body(2 * PackWriter::array_max + line_elements * PackWriter::number_max +
                       PackWriter::text_max(approval_code_max) +
                       (1 + line.reversed.size()) * PackWriter::text_max(reference_max),
                   '\0');
  PackWriter out(body.data());
  out.array(line_elements);
  out.number(line_version);
  out.number(line.shop.value);
  out.number(line.relay.value);
  out.signed_number(line.amount.minor_units);
  out.number(line.amount.currency.numeric);
  out.signed_number(line.received_at.time_since_epoch().count());
  out.number(static_cast<std::uint64_t>(line.outcome));
  out.text(line.approval_code.view());
  out.text(line.charged.view());
  out.array(line.reversed.size());
  for (const Reference& reference : line.reversed) out.text(reference.view());
  out.number(line.removed_by.value);
  body.resize(static_cast<std::size_t>(out.end() - body.data()));
  return body;
}

std::optional<BookLine> decode_line(OrderNumber order, Timestamp outcome_at,
                                    std::string_view body) {
  PackReader in(body);
  BookLine line;
  line.order = order;
  line.outcome_at = outcome_at;
  in.array_of(line_elements);
  if (in.number() != line_version) in.fail();
  line.shop = {in.narrow<std::uint32_t>()};
  line.relay = {in.narrow<std::uint16_t>()};
  line.amount.minor_units = in.signed_number();
  line.amount.currency = {in.narrow<std::uint16_t>()};
  line.received_at = Timestamp(Duration(in.signed_number()));
  line.outcome = static_cast<Status>(in.number(static_cast<std::uint64_t>(Status::cancelled)));
  line.approval_code = ApprovalCode(in.text(approval_code_max));
  line.charged = Reference(in.text(reference_max));
  const std::size_t reversed = in.array();
  for (std::size_t i = 0; i < reversed && !in.failed(); ++i)
    line.reversed.emplace_back(in.text(reference_max));
  line.removed_by = {in.number()};
  if (in.failed() || !in.at_end()) return std::nullopt;
  return line;
}

}  // namespace spillway::storage
