#include "net/http_date.hpp"

#include <array>
#include <ctime>

#include "engine/invariants.hpp"

namespace spillway::net {
namespace {

constexpr std::string_view day_names = "SunMonTueWedThuFriSat";
constexpr std::string_view month_names = "JanFebMarAprMayJunJulAugSepOctNovDec";

struct CachedDate {
  std::time_t second = -1;
  std::array<char, 29> text{};
};

void put_number(char* to, int digits, int number) {
  for (int place = digits - 1; place >= 0; --place, number /= 10) {
    to[place] = static_cast<char>('0' + number % 10);
  }
}

void put_name(char* to, std::string_view names, int index) {
  names.copy(to, 3, static_cast<std::size_t>(index) * 3);
}

// strftime would use the locale's names.
void write_date(std::array<char, 29>& text, std::time_t second) {
  std::tm time{};
  SPILLWAY_CHECK(gmtime_r(&second, &time) != nullptr, "the clock's year is out of range");
  std::string_view("Sun, 06 Nov 1994 08:49:37 GMT").copy(text.data(), text.size());
  put_name(text.data(), day_names, time.tm_wday);
  put_number(text.data() + 5, 2, time.tm_mday);
  put_name(text.data() + 8, month_names, time.tm_mon);
  put_number(text.data() + 12, 4, time.tm_year + 1900);
  put_number(text.data() + 17, 2, time.tm_hour);
  put_number(text.data() + 20, 2, time.tm_min);
  put_number(text.data() + 23, 2, time.tm_sec);
}

}  // namespace

std::string_view http_date_now() {
  thread_local CachedDate cached;
  std::timespec now{};
  // The coarse clock costs 5 ns and is at most 4 ms late; the header counts in seconds.
  clock_gettime(CLOCK_REALTIME_COARSE, &now);
  if (now.tv_sec != cached.second) {
    write_date(cached.text, now.tv_sec);
    cached.second = now.tv_sec;
  }
  return {cached.text.data(), cached.text.size()};
}

}  // namespace spillway::net
