#include "storage/registry/pause_rows.hpp"

#include "storage/base/bytes.hpp"
#include "storage/base/message_pack.hpp"

namespace spillway::storage {

namespace {

constexpr std::uint64_t pause_row_version = 1;
constexpr std::size_t pause_row_elements = 4;

}  // namespace

std::string pause_row_key(RelayId relay) {
  std::string key(2, '\0');
  put_big_endian(key.data(), relay.value);
  return key;
}

std::string encode_pause(const PauseRow& row) {
  std::string bytes(PackWriter::array_max + 2 * PackWriter::number_max +
                        PackWriter::text_max(row.reason.size()) +
                        PackWriter::text_max(row.key_id.size()),
                    '\0');
  PackWriter out(bytes.data());
  out.array(pause_row_elements);
  out.number(pause_row_version);
  out.signed_number(row.since.time_since_epoch().count());
  out.text(row.reason);
  out.text(row.key_id);
  bytes.resize(static_cast<std::size_t>(out.end() - bytes.data()));
  return bytes;
}

std::optional<PauseRow> decode_pause(std::string_view row_key, std::string_view value) {
  if (row_key.size() != 2) return std::nullopt;
  PackReader in(value);
  in.array_of(pause_row_elements);
  if (in.number() != pause_row_version) return std::nullopt;
  PauseRow row;
  row.relay = {get_big_endian<std::uint16_t>(row_key.data())};
  row.since = Timestamp(Duration(in.signed_number()));
  row.reason = in.text();
  row.key_id = in.text();
  if (in.failed() || !in.at_end()) return std::nullopt;
  return row;
}

}  // namespace spillway::storage
