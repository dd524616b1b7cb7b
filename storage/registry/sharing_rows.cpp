#include "storage/registry/sharing_rows.hpp"

#include "storage/base/bytes.hpp"
#include "storage/base/message_pack.hpp"

namespace spillway::storage {

namespace {

constexpr std::uint64_t sharing_row_version = 1;
constexpr std::size_t sharing_row_elements = 6;

}  // namespace

std::string sharing_row_key(RelayId relay) {
  std::string key(2, '\0');
  put_big_endian(key.data(), relay.value);
  return key;
}

std::string encode_sharing(const SharingRow& row) {
  const std::string_view mode = to_text(row.sharing.mode);
  std::string bytes(
      PackWriter::array_max + 5 * PackWriter::number_max + PackWriter::text_max(mode.size()), '\0');
  PackWriter out(bytes.data());
  out.array(sharing_row_elements);
  out.number(sharing_row_version);
  out.signed_number(row.set_at.time_since_epoch().count());
  out.text(mode);
  out.number(static_cast<std::uint64_t>(row.sharing.wait_max.count()));
  out.number(row.sharing.waiting_max);
  out.number(row.sharing.only_excess ? 0 : 1);
  bytes.resize(static_cast<std::size_t>(out.end() - bytes.data()));
  return bytes;
}

std::optional<SharingRow> decode_sharing(std::string_view row_key, std::string_view value) {
  if (row_key.size() != 2) return std::nullopt;
  PackReader in(value);
  in.array_of(sharing_row_elements);
  if (in.number() != sharing_row_version) return std::nullopt;
  SharingRow row;
  row.relay = {get_big_endian<std::uint16_t>(row_key.data())};
  row.set_at = Timestamp(Duration(in.signed_number()));
  const auto mode = sharing_mode_from(in.text());
  if (!mode) return std::nullopt;
  row.sharing.mode = *mode;
  row.sharing.wait_max = Duration(
      static_cast<Duration::rep>(in.number(static_cast<std::uint64_t>(Duration::max().count()))));
  row.sharing.waiting_max = in.number();
  row.sharing.only_excess = in.number(1) == 0;
  if (in.failed() || !in.at_end()) return std::nullopt;
  return row;
}

}  // namespace spillway::storage
