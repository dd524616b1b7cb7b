#include "actors/configuration/time_zone_file.hpp"

#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "engine/calendar/time_zone_data.hpp"

namespace spillway::actors {
namespace {

using namespace std::chrono;

std::string bytes_of(const std::string& zone) {
  std::ifstream in("/usr/share/zoneinfo/" + zone, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// The C library's own reading of a zone; the process's zone is put back.
class LibraryZone {
 public:
  explicit LibraryZone(const std::string& name) {
    setenv("TZ", (":" + name).c_str(), 1);
    tzset();
  }
  ~LibraryZone() {
    unsetenv("TZ");
    tzset();
  }
  static seconds offset_at(Timestamp at) {
    const std::time_t time = duration_cast<seconds>(at.time_since_epoch()).count();
    std::tm local{};
    localtime_r(&time, &local);
    return seconds(local.tm_gmtoff);
  }
};

TEST(TimeZoneFile, AgreesWithTheLibraryEverySixHoursFor110Years) {
  for (const std::string name : {"UTC", "Asia/Tokyo", "America/New_York", "Europe/Dublin",
                                 "Australia/Lord_Howe", "America/Sao_Paulo", "Africa/Casablanca",
                                 "Asia/Kathmandu", "Pacific/Apia", "America/Nuuk"}) {
    const auto zone = load_time_zone(name);
    ASSERT_TRUE(zone) << name << ": " << zone.error().message;
    const LibraryZone library(name);
    for (Timestamp at = sys_days(1970y / 1 / 2); at < Timestamp(sys_days(2080y / 1 / 1)); at += 6h)
      ASSERT_EQ(zone->offset_at(at), LibraryZone::offset_at(at))
          << name << " at " << at.time_since_epoch().count();
  }
}

TEST(TimeZoneFile, RefusesNamesThatAreNone) {
  for (const std::string name :
       {"", "Mars/Olympus", "../../etc/passwd", "/etc/passwd", "Asia", "Asia//Tokyo", "Asia/",
        "zone.tab", "tzdata.zi", "right/UTC", "as ia"})
    EXPECT_FALSE(load_time_zone(name)) << name;
}

TEST(TimeZoneData, RefusesEveryTruncation) {
  const std::string whole = bytes_of("America/New_York");
  ASSERT_GT(whole.size(), 1'000U);
  ASSERT_TRUE(time_zone_from("x", whole));
  for (std::size_t size = 0; size < whole.size(); ++size)
    ASSERT_FALSE(time_zone_from("x", std::string_view(whole).substr(0, size))) << size;
}

TEST(TimeZoneData, TakesAnyBytesWithoutHarm) {
  const std::string whole = bytes_of("Europe/Dublin");
  std::size_t readable = 0;
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (const char value : {'\0', '\x01', '\x7f', '\xff'}) {
      std::string changed = whole;
      changed[at] = value;
      if (time_zone_from("x", changed)) ++readable;
    }
  }
  EXPECT_GT(readable, 100U);
}

}  // namespace
}  // namespace spillway::actors
