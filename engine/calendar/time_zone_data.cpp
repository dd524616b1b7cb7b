#include "engine/calendar/time_zone_data.hpp"

#include <array>
#include <optional>

#include "engine/calendar/limits.hpp"
#include "engine/calendar/posix_time_zone.hpp"

namespace spillway {

namespace {

using std::chrono::seconds;

constexpr std::size_t header_size = 44;
constexpr std::size_t type_size = 6;  // offset (4), whether it is summer time (1), name (1)

struct Header {
  char version = 0;
  std::size_t universal = 0;
  std::size_t standard = 0;
  std::size_t leaps = 0;
  std::size_t times = 0;
  std::size_t types = 0;
  std::size_t characters = 0;

  std::size_t size_of_block(std::size_t time_size) const {
    return times * (time_size + 1) + types * type_size + characters + leaps * (time_size + 4) +
           standard + universal;
  }
};

std::int64_t big_endian(std::string_view bytes) {
  std::uint64_t value = (bytes.front() & 0x80) != 0 ? ~std::uint64_t{0} : 0;
  for (const char byte : bytes) value = value << 8U | static_cast<unsigned char>(byte);
  return static_cast<std::int64_t>(value);
}

std::optional<Header> header_of(std::string_view bytes) {
  if (bytes.size() < header_size || !bytes.starts_with("TZif")) return std::nullopt;
  Header header;
  header.version = bytes[4];
  std::array<std::size_t*, 6> counts = {&header.universal, &header.standard, &header.leaps,
                                        &header.times,     &header.types,    &header.characters};
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const std::int64_t count = big_endian(bytes.substr(20 + 4 * i, 4));
    if (count < 0 || count > 1'000'000) return std::nullopt;
    *counts[i] = static_cast<std::size_t>(count);
  }
  return header;
}

// `block`: as long as its header says.
bool read_changes(const Header& header, std::string_view block, TimeZone& zone) {
  const std::string_view indices = block.substr(header.times * 8, header.times);
  const std::string_view types = block.substr(header.times * 9);
  const auto offset_of = [&](std::size_t type) {
    return seconds(big_endian(types.substr(type * type_size, 4)));
  };
  if (header.types == 0) return false;
  zone.first_offset = offset_of(0);
  seconds before{INT64_MIN};
  for (std::size_t i = 0; i < header.times; ++i) {
    const seconds at{big_endian(block.substr(i * 8, 8))};
    const auto type = static_cast<unsigned char>(indices[i]);
    if (type >= header.types || at <= before || at > std::chrono::days(365 * 1'000)) return false;
    before = at;
    if (at < seconds(0))
      zone.first_offset = offset_of(type);
    else
      zone.changes.push_back({Timestamp(at), offset_of(type)});
  }
  return true;
}

void go_on_by_rule(const ZoneRule& rule, TimeZone& zone) {
  using namespace std::chrono;
  const Timestamp known = zone.changes.empty() ? Timestamp(-1us) : zone.changes.back().at;
  const year first = year_month_day(floor<days>(known)).year();
  for (year y = first; y <= year(limits::time_zone_year_max); ++y) {
    for (const OffsetChange& change : changes_of(rule, y))
      if (change.at > known) zone.changes.push_back(change);
  }
}

}  // namespace

Result<TimeZone> time_zone_from(std::string name, std::string_view bytes) {
  const Error damaged{"the file of the time zone " + name + " is damaged or of an unknown form"};
  const auto old = header_of(bytes);
  if (!old || old->version < '2') return damaged;
  const std::size_t skipped = header_size + old->size_of_block(4);
  if (bytes.size() < skipped) return damaged;
  bytes.remove_prefix(skipped);

  const auto header = header_of(bytes);
  if (!header || bytes.size() < header_size + header->size_of_block(8)) return damaged;
  if (header->leaps > 0)
    return Error{"the time zone " + name + " counts leap seconds, which civil time does not"};
  TimeZone zone{std::move(name), {}, {}};
  if (!read_changes(*header, bytes.substr(header_size, header->size_of_block(8)), zone))
    return damaged;

  bytes.remove_prefix(header_size + header->size_of_block(8));
  if (bytes.size() < 2 || bytes.front() != '\n' || bytes.back() != '\n') return damaged;
  const std::string_view rule_text = bytes.substr(1, bytes.size() - 2);
  if (rule_text.empty()) return zone;
  const auto rule = zone_rule_from(rule_text);
  if (!rule) return damaged;
  go_on_by_rule(*rule, zone);
  return zone;
}

}  // namespace spillway
