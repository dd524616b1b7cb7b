#include "net/text/timestamp.hpp"

#include <chrono>

#include "engine/base/characters.hpp"

namespace spillway::net {

namespace {

class TextReader {
 public:
  explicit TextReader(std::string_view text) : rest_(text) {}

  // Just so many digits, up to `most`.
  int digits(std::size_t count, int most) {
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const char c = next();
      if (c < '0' || c > '9') return fail();
      value = value * 10 + (c - '0');
    }
    return value <= most ? value : fail();
  }
  void expect(char c) {
    if (next() != c) fail();
  }
  // Digits after the point, as microseconds; further ones are left out.
  Duration fraction() {
    std::int64_t value = 0;
    std::int64_t unit = 1'000'000;
    while (!rest_.empty() && is_digit(rest_.front())) {
      unit /= 10;
      value += (next() - '0') * unit;
    }
    if (unit == 1'000'000) fail();  // a point without digits
    return Duration(value);
  }
  char next() {
    if (rest_.empty()) return '\0';
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }
  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool good() const { return !failed_ && rest_.empty(); }
  int fail() {
    failed_ = true;
    return 0;
  }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

}  // namespace

std::optional<Timestamp> timestamp_from(std::string_view text) {
  using namespace std::chrono;
  TextReader reader(text);
  const int y = reader.digits(4, 9999);
  reader.expect('-');
  const int m = reader.digits(2, 12);
  reader.expect('-');
  const int d = reader.digits(2, 31);
  if (!reader.take('T')) reader.expect('t');
  Duration of_day = hours(reader.digits(2, 23));
  reader.expect(':');
  of_day += minutes(reader.digits(2, 59));
  reader.expect(':');
  of_day += seconds(reader.digits(2, 60));
  if (reader.take('.')) of_day += reader.fraction();
  Duration offset{};
  if (!reader.take('Z') && !reader.take('z')) {
    const char sign = reader.next();
    if (sign != '+' && sign != '-') reader.fail();
    offset = hours(reader.digits(2, 23));
    reader.expect(':');
    offset += minutes(reader.digits(2, 59));
    if (sign == '-') offset = -offset;
  }
  const auto date = year(y) / m / d;
  if (!reader.good() || !date.ok()) return std::nullopt;
  const Timestamp time = sys_days(date) + of_day - offset;
  return time > Timestamp() ? std::optional(time) : std::nullopt;
}

}  // namespace spillway::net
