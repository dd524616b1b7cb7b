#include "storage/journal/removal_codec.hpp"

#include "storage/journal/record_codec.hpp"

namespace spillway::storage {

std::string encode_removal(const OrdersRemoved& fact) {
  std::size_t bound =
      2 * PackWriter::array_max + PackWriter::number_max + PackWriter::text_max(fact.books.size());
  for (const RemovedOrder& each : fact.orders)
    bound += PackWriter::array_max + each.records.size() * PackWriter::number_max;
  std::string body(bound, '\0');
  PackWriter out(body.data());
  out.array(removal_elements);
  out.number(body_version);
  out.text({fact.books.data(), fact.books.size()});
  out.array(fact.orders.size());
  std::uint64_t order = 0;
  for (const RemovedOrder& each : fact.orders) {
    out.array(each.records.size());
    out.number(each.order.value - order);
    order = each.order.value;
    for (std::size_t i = 1; i < each.records.size(); ++i)
      out.number(each.records[i].value - each.records[i - 1].value);
  }
  body.resize(static_cast<std::size_t>(out.end() - body.data()));
  return body;
}

namespace {

// A number that is larger than the one before it by what is read.
std::uint64_t read_rise(PackReader& in, std::uint64_t before) {
  const std::uint64_t rise = in.number(std::numeric_limits<std::uint64_t>::max() - before);
  if (rise == 0) in.fail();
  return before + rise;
}

}  // namespace

void read_removal(PackReader& in, OrdersRemoved& fact) {
  const std::string_view books = in.text(fact.books.size());
  if (books.size() != fact.books.size()) return in.fail();
  books.copy(fact.books.data(), books.size());
  const std::size_t orders = in.array();
  if (orders == 0 || orders > in.left()) return in.fail();
  fact.orders.reserve(orders);
  std::uint64_t order = 0;
  for (std::size_t i = 0; i < orders && !in.failed(); ++i) {
    const std::size_t records = in.array();
    if (records == 0 || records > in.left()) return in.fail();
    order = read_rise(in, order);
    RemovedOrder& each = fact.orders.emplace_back();
    each.order = {order};
    each.records.reserve(records);
    each.records.push_back({order});
    while (each.records.size() < records && !in.failed())
      each.records.push_back({read_rise(in, each.records.back().value)});
  }
}

}  // namespace spillway::storage
