#include "sandbox/relay_ledger.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <optional>

#include <fcntl.h>
#include <fmt/compile.h>
#include <fmt/format.h>
#include <simdjson.h>
#include <unistd.h>

#include "sandbox/limits.hpp"

namespace spillway::sandbox {
namespace {

struct Booked {
  Reference reference;
  bool reversal = false;
  Ruling ruling;
};

// The line must have room for simdjson behind its end.
std::optional<Booked> read_line(simdjson::ondemand::parser& parser, std::string& line) {
  line.reserve(line.size() + simdjson::SIMDJSON_PADDING);
  simdjson::ondemand::document document;
  std::string_view message;
  std::string_view reference;
  std::string_view code;
  std::string_view approval_code;
  bool authorized = false;
  std::uint64_t live = 0;
  std::uint64_t amount = 0;
  if (parser.iterate(line.data(), line.size(), line.capacity()).get(document) ||
      document["message"].get(message) || document["reference"].get(reference) ||
      document["response_code"].get(code) || document["approval_code"].get(approval_code) ||
      document["authorized"].get(authorized) || document["live"].get(live) ||
      document["amount"].get(amount) || reference.size() > 12 || code.size() > 2 ||
      approval_code.size() > 6 || live > 255) {
    return std::nullopt;
  }
  // A line of an earlier version does not say what is held: all that was asked for.
  std::uint64_t held = 0;
  if (document["held"].get(held)) held = live * amount;
  std::string_view currency;
  if (document["held_currency"].get(currency) && document["currency"].get(currency))
    return std::nullopt;
  const Money granted{static_cast<std::int64_t>(live > 0 ? held / live : 0),
                      Currency::from_code(currency).value_or(Currency{})};
  return Booked{reference, message.starts_with("04"),
                Ruling{code, approval_code, authorized, static_cast<std::uint8_t>(live), granted,
                       static_cast<std::int64_t>(held)}};
}

Error failed(const std::string& path) {
  return Error{"the ledger " + path + " cannot be opened: " + std::strerror(errno)};
}

}  // namespace

Result<std::unique_ptr<RelayLedger>> RelayLedger::open(const std::string& path,
                                                       const OnBooked& on_booked) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0) return failed(path);
  std::unique_ptr<RelayLedger> ledger(new RelayLedger(file));

  std::ifstream lines(path, std::ios::binary);
  if (!lines) return failed(path);
  simdjson::ondemand::parser parser;
  std::string line;
  off_t whole = 0;  // where the last complete line ends
  for (std::size_t number = 1; std::getline(lines, line); ++number) {
    if (lines.eof()) break;  // no end of line: cut short
    whole += static_cast<off_t>(line.size()) + 1;
    const auto booked = read_line(parser, line);
    if (!booked) return Error{fmt::format("{}:{}: this is no line of a ledger", path, number)};
    on_booked(booked->reference, booked->reversal, booked->ruling);
  }
  if (::ftruncate(file, whole) != 0) return failed(path);
  return ledger;
}

RelayLedger::~RelayLedger() {
  flush();
  ::close(file_);
}

void RelayLedger::append_time(Timestamp time) {
  const auto second = std::chrono::floor<std::chrono::seconds>(time);
  if (second != second_ || second_text_.empty()) {
    second_ = second;
    const auto day = std::chrono::floor<std::chrono::days>(second);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(second - day);
    second_text_ =
        fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.", static_cast<int>(date.year()),
                    static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                    clock.hours().count(), clock.minutes().count(), clock.seconds().count());
  }
  fmt::format_to(std::back_inserter(unwritten_), FMT_COMPILE("{}{:06}Z"), second_text_,
                 (time - second).count());
}

void RelayLedger::add(const LedgerLine& line) {
  // While the disk is full the relay centre takes no requests; this bounds what it took just then.
  if (unwritten_.size() > limits::sandbox_ledger_unwritten_max) return;
  const auto out = std::back_inserter(unwritten_);
  unwritten_ += R"({"at":")";
  append_time(line.at);
  fmt::format_to(
      out,
      FMT_COMPILE(
          R"(","line":{},"message":"{}","reference":"{}","stan":{},"amount":{},"currency":"{}")"),
      line.line, line.message, line.reference, line.stan, line.amount, line.currency.code());
  if (line.company.empty()) {
    unwritten_ += R"(,"card":null)";
  } else {
    fmt::format_to(out, FMT_COMPILE(R"(,"card":{{"company":"{}","last_four":"{}"}})"), line.company,
                   line.last_four);
  }
  fmt::format_to(
      out,
      FMT_COMPILE(R"(,"response_code":"{}","approval_code":"{}","authorized":{},"live":{},)"
                  R"("held":{},"held_currency":"{}"}})"
                  "\n"),
      line.ruling.code.view(), line.ruling.approval_code.view(), line.ruling.authorized,
      line.ruling.live, line.ruling.held, line.ruling.granted.currency.code());
}

bool RelayLedger::flush() {
  std::size_t written = 0;
  while (written < unwritten_.size()) {
    const ssize_t size = ::write(file_, unwritten_.data() + written, unwritten_.size() - written);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) break;
    written += static_cast<std::size_t>(size);
  }
  unwritten_.erase(0, written);
  return unwritten_.empty();
}

}  // namespace spillway::sandbox
