#include "actors/configuration/sharing_settings.hpp"

#include <fmt/format.h>

#include "engine/order/limits.hpp"
#include "engine/sharing/limits.hpp"
#include "net/text/toml_reader.hpp"

namespace spillway::actors {

namespace {

constexpr Duration wait_min = std::chrono::milliseconds(1);
constexpr Duration wait_max = std::chrono::hours(24);

}  // namespace

Result<Sharing, std::vector<SharingProblem>> sharing_from(const SharingText& text,
                                                          SharingMode absent_mode) {
  Sharing sharing{.mode = absent_mode, .wait_max = limits::spill_wait_default};
  std::vector<SharingProblem> problems;
  const auto add = [&](SharingField field, std::string sentence) {
    problems.push_back({field, std::move(sentence)});
  };
  if (text.mode) {
    if (const auto mode = sharing_mode_from(*text.mode))
      sharing.mode = *mode;
    else
      add(SharingField::mode, R"(must be "local", "remote", "spill" or "shared")");
  }
  if (text.wait) {
    const auto wait = net::duration_from(*text.wait);
    if (!wait || *wait < wait_min || *wait > wait_max)
      add(SharingField::wait, R"(must be a time like "50ms" or "2s", from "1ms" to "24h")");
    else
      sharing.wait_max = *wait;
  }
  if (text.waiting) {
    if (*text.waiting < 1 || *text.waiting > limits::waiting_orders_max)
      add(SharingField::waiting, fmt::format("must be from 1 to {}", limits::waiting_orders_max));
    sharing.waiting_max = *text.waiting;
  }
  if (text.part) {
    if (*text.part != "excess" && *text.part != "all")
      add(SharingField::part, R"(must be "excess" or "all")");
    sharing.only_excess = *text.part != "all";
  }
  if (problems.empty() && sharing.mode != SharingMode::spill) {
    constexpr auto sentence = "has a meaning only with spill";
    if (text.wait) add(SharingField::wait, sentence);
    if (text.waiting) add(SharingField::waiting, sentence);
    if (text.part) add(SharingField::part, sentence);
  }
  if (problems.empty()) return sharing;
  return problems;
}

SharingText text_of(const Sharing& sharing) {
  SharingText text;
  text.mode = std::string(to_text(sharing.mode));
  if (sharing.mode != SharingMode::spill) return text;
  text.wait = net::to_text(sharing.wait_max);
  if (sharing.waiting_max > 0) text.waiting = sharing.waiting_max;
  text.part = sharing.only_excess ? "excess" : "all";
  return text;
}

std::string describe(const SharingText& text) {
  std::string sentence = text.mode.value_or("");
  if (text.wait) sentence += " " + *text.wait;
  if (text.waiting) sentence += fmt::format(" or {} waiting", *text.waiting);
  if (text.part == "all") sentence += ", then all";
  return sentence;
}

}  // namespace spillway::actors
