#include "actors/journal/key_keeper.hpp"

#include "actors/base/log.hpp"
#include "storage/base/limits.hpp"

namespace spillway::actors {

auto KeyKeeper::make_behavior() -> behavior_type {
  send(this, Tick{});
  return {
      [this](Tick) { step(); },
      [this](CardsResealed) {
        if (walk_is_over_)
          delayed_send(this, limits::card_key_rest, Tick{});
        else
          step();
      },
  };
}

void KeyKeeper::step() {
  auto step = services_.card_keeper->step(services_.now());
  const auto reason = step ? std::nullopt : std::optional(step.error().message);
  const TroubleLog::Tell what = trouble_.look(reason, monotonic());
  if (what == TroubleLog::Tell::trouble)
    log(LogLevel::warning, "card_keys_not_changed",
        {{"reason", *reason}, {"for_seconds", trouble_.lasted_seconds()}});
  if (what == TroubleLog::Tell::over)
    log(LogLevel::info, "card_keys_change_again", {{"after_seconds", trouble_.lasted_seconds()}});
  if (!step) return delayed_send(this, limits::card_key_rest, Tick{});
  if (step->began) log(LogLevel::info, "card_epoch_began", {{"epoch", *step->began}});
  for (const storage::Epoch epoch : step->destroyed)
    log(LogLevel::info, "card_epoch_destroyed", {{"epoch", epoch}});
  if (step->unreadable > 0) log(LogLevel::error, "cards_unreadable", {{"cards", step->unreadable}});
  if (!step->cards.empty()) {
    // The next step comes when they are on disk.
    walk_is_over_ = !step->more;
    send(peers_.writer, ResealCards{this, std::move(step->cards)});
  } else if (step->more) {
    send(this, Tick{});
  } else {
    delayed_send(this, limits::card_key_rest, Tick{});
  }
}

}  // namespace spillway::actors
