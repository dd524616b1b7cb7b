#include "storage/registry/pace_rows.hpp"

#include <array>
#include <charconv>

#include "storage/base/bytes.hpp"
#include "storage/base/message_pack.hpp"

namespace spillway::storage {

namespace {

constexpr std::uint64_t pace_row_version = 1;
constexpr std::size_t pace_row_elements = 9;

// The shortest text that reads as the same number; empty for none.
std::string to_text(const std::optional<double>& number) {
  if (!number) return {};
  std::array<char, 32> text;
  const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), *number);
  return error == std::errc() ? std::string(text.data(), end) : std::string();
}

std::optional<double> read_decimal(PackReader& in) {
  const std::string_view text = in.text();
  if (text.empty()) return std::nullopt;
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) in.fail();
  return number;
}

std::optional<std::string> read_text(PackReader& in) {
  const std::string_view text = in.text();
  return text.empty() ? std::nullopt : std::optional<std::string>(text);
}

std::optional<std::uint64_t> read_amount(PackReader& in) {
  const std::uint64_t amount = in.number();
  return amount == 0 ? std::nullopt : std::optional(amount);
}

}  // namespace

std::string pace_row_key(RelayId relay) {
  std::string key(2, '\0');
  put_big_endian(key.data(), relay.value);
  return key;
}

std::string encode_pace(const PaceRow& row) {
  const PacingText& pacing = row.pacing;
  const std::string rate = to_text(pacing.rate);
  const std::array<std::string, 4> texts = {pacing.age.value_or(""), pacing.from.value_or(""),
                                            pacing.to.value_or(""), pacing.zone.value_or("")};
  const std::string kind = pacing.kind.value_or("");
  std::size_t bound = PackWriter::array_max + 3 * PackWriter::number_max +
                      PackWriter::text_max(kind.size()) + PackWriter::text_max(rate.size());
  for (const std::string& text : texts) bound += PackWriter::text_max(text.size());
  std::string bytes(bound, '\0');
  PackWriter out(bytes.data());
  out.array(pace_row_elements);
  out.number(pace_row_version);
  out.signed_number(row.set_at.time_since_epoch().count());
  out.text(kind);
  out.text(rate);
  out.number(pacing.amount.value_or(0));
  for (const std::string& text : texts) out.text(text);
  bytes.resize(static_cast<std::size_t>(out.end() - bytes.data()));
  return bytes;
}

std::optional<PaceRow> decode_pace(std::string_view row_key, std::string_view value) {
  if (row_key.size() != 2) return std::nullopt;
  PackReader in(value);
  in.array_of(pace_row_elements);
  if (in.number() != pace_row_version) return std::nullopt;
  PaceRow row;
  row.relay = {get_big_endian<std::uint16_t>(row_key.data())};
  row.set_at = Timestamp(Duration(in.signed_number()));
  row.pacing.kind = read_text(in);
  row.pacing.rate = read_decimal(in);
  row.pacing.amount = read_amount(in);
  row.pacing.age = read_text(in);
  row.pacing.from = read_text(in);
  row.pacing.to = read_text(in);
  row.pacing.zone = read_text(in);
  if (in.failed() || !in.at_end()) return std::nullopt;
  return row;
}

}  // namespace spillway::storage
