#include "net/http/http_date.hpp"

#include <array>
#include <ctime>

#include "engine/base/invariants.hpp"

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

// Takes its text piece by piece; after the first that is not there everything fails.
class DateReader {
 public:
  explicit DateReader(std::string_view text) : rest_(text) {}

  bool skip(std::string_view expected) {
    if (!rest_.starts_with(expected)) return fail();
    rest_.remove_prefix(expected.size());
    return true;
  }
  // Letters and what follows them, up to a comma or a space.
  void skip_word() {
    while (!rest_.empty() && rest_.front() != ',' && rest_.front() != ' ') rest_.remove_prefix(1);
  }
  int number(std::size_t digits) {
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i, rest_.remove_prefix(1)) {
      if (rest_.empty() || rest_.front() < '0' || rest_.front() > '9') return fail();
      value = value * 10 + (rest_.front() - '0');
    }
    return value;
  }
  int month() {
    const std::size_t at =
        rest_.size() < 3 ? std::string_view::npos : month_names.find(rest_.substr(0, 3));
    if (at == std::string_view::npos || at % 3 != 0) return fail();
    rest_.remove_prefix(3);
    return static_cast<int>(at / 3) + 1;
  }
  bool next_is(char c) const { return !rest_.empty() && rest_.front() == c; }
  bool done() const { return good_ && rest_.empty(); }

 private:
  bool fail() {
    good_ = false;
    rest_ = {};
    return false;
  }

  std::string_view rest_;
  bool good_ = true;
};

struct DateParts {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
};

void read_time_of_day(DateReader& in, DateParts& parts) {
  parts.hour = in.number(2);
  in.skip(":");
  parts.minute = in.number(2);
  in.skip(":");
  parts.second = in.number(2);
}

// "Sun Nov  6 08:49:37 1994"
void read_asctime(DateReader& in, DateParts& parts) {
  in.skip(" ");
  parts.month = in.month();
  in.skip(" ");
  if (in.next_is(' ')) {
    in.skip(" ");
    parts.day = in.number(1);
  } else {
    parts.day = in.number(2);
  }
  in.skip(" ");
  read_time_of_day(in, parts);
  in.skip(" ");
  parts.year = in.number(4);
}

// RFC 9110: of years with two digits that seem more than 50 years ahead the last past one is meant.
int whole_year(int two_digits, Timestamp now) {
  const std::chrono::year_month_day today(std::chrono::floor<std::chrono::days>(now));
  const int this_year = static_cast<int>(today.year());
  const int year = this_year - this_year % 100 + two_digits;
  return year > this_year + 50 ? year - 100 : year;
}

// "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT"
void read_rfc_date(DateReader& in, DateParts& parts, Timestamp now) {
  in.skip(", ");
  parts.day = in.number(2);
  const bool old = in.next_is('-');
  in.skip(old ? "-" : " ");
  parts.month = in.month();
  in.skip(old ? "-" : " ");
  parts.year = old ? whole_year(in.number(2), now) : in.number(4);
  in.skip(" ");
  read_time_of_day(in, parts);
  in.skip(" GMT");
}

}  // namespace

std::optional<Timestamp> read_http_date(std::string_view text, Timestamp now) {
  DateReader in(text);
  in.skip_word();  // the day's name, which adds nothing
  DateParts parts;
  if (in.next_is(','))
    read_rfc_date(in, parts, now);
  else
    read_asctime(in, parts);
  const std::chrono::year_month_day date{std::chrono::year(parts.year),
                                         std::chrono::month(static_cast<unsigned>(parts.month)),
                                         std::chrono::day(static_cast<unsigned>(parts.day))};
  const bool leap_second = parts.second == 60;
  if (!in.done() || !date.ok() || parts.hour > 23 || parts.minute > 59 ||
      (parts.second > 59 && !leap_second))
    return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(parts.hour) +
         std::chrono::minutes(parts.minute) + std::chrono::seconds(parts.second);
}

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
