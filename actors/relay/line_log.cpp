#include "actors/relay/line_log.hpp"

#include <algorithm>

#include "actors/base/log.hpp"
#include "engine/base/characters.hpp"
#include "engine/base/clock.hpp"

namespace spillway::actors {
namespace {

constexpr auto breaking_pause = 10s;

std::string_view to_text(net::LineLoss loss) {
  switch (loss) {
    case net::LineLoss::closed:
      return "closed";
    case net::LineLoss::unreadable:
      return "unreadable";
    case net::LineLoss::silent:
      return "silent";
  }
  return "unknown";
}

// All digits could be a piece of a card number: of those the last four.
std::string shown(const Reference& reference) {
  const std::string_view text = reference.view();
  const bool digits = std::ranges::all_of(text, is_digit);
  if (!digits || text.size() <= 4) return std::string(text);
  return std::string(text.size() - 4, '*') + std::string(text.substr(text.size() - 4));
}

}  // namespace

LineLog::LineLog(const RelaySettings& settings, RelayMetrics& metrics)
    : settings_(settings), metrics_(metrics), ups_and_downs_(breaking_pause) {
  metrics_.line_trouble.set_down(civil_now(), "not connected yet");
}

void LineLog::up(MonotonicTime now) {
  metrics_.line_up.set(1);
  metrics_.line_trouble.set_up();
  tries_.forget();
  if (const auto count = ups_and_downs_.happened("up", now))
    log(LogLevel::info, "line_up", {{"relay", settings_.name}, {"count", *count}});
}

void LineLog::down(net::LineLoss loss, const std::string& why, MonotonicTime now) {
  metrics_.line_up.set(0);
  metrics_.line_losses.add();
  metrics_.line_trouble.set_down(civil_now(), why);
  if (const auto count = ups_and_downs_.happened(why, now))
    log(LogLevel::warning, "line_down",
        {{"relay", settings_.name}, {"reason", to_text(loss)}, {"why", why}, {"count", *count}});
}

void LineLog::no_line(const std::string& why, MonotonicTime now) {
  metrics_.line_failures.add();
  metrics_.line_trouble.set_down(civil_now(), why);
  if (const auto count = tries_.happened(why, now))
    log(LogLevel::warning, "line_not_made",
        {{"relay", settings_.name}, {"why", why}, {"count", *count}});
}

void LineLog::tls_failed(const std::string& why, MonotonicTime now) {
  metrics_.tls_failures.add();
  metrics_.line_trouble.set_down(civil_now(), "TLS: " + why);
  if (const auto count = tries_.happened("TLS: " + why, now))
    log(LogLevel::warning, "tls_failed",
        {{"relay", settings_.name}, {"reason", why}, {"count", *count}});
}

void LineLog::passed_over(const std::vector<net::PassedOver>& messages, MonotonicTime now) {
  for (const net::PassedOver& message : messages) {
    metrics_.passed_over[static_cast<std::size_t>(message.why.flaw)].add(message.count);
    const std::string why = to_text(message.why);
    if (const auto count = messages_.happened(why, now, message.count))
      log(LogLevel::warning, "message_passed_over",
          {{"relay", settings_.name},
           {"reason", to_text(message.why.flaw)},
           {"why", why},
           {"count", *count}});
  }
}

void LineLog::foreign(const net::RelayReply& reply, MonotonicTime now) {
  metrics_.passed_over[RelayMetrics::foreign_reference].add();
  if (const auto count = messages_.happened("foreign", now))
    log(LogLevel::warning, "message_passed_over",
        {{"relay", settings_.name},
         {"reason", "foreign_reference"},
         {"why",
          std::string(reply.to_reversal ? "0410" : "0110") +
              ": field 37 (retrieval reference number) is none of ours: " + shown(reply.reference)},
         {"count", *count}});
}

}  // namespace spillway::actors
