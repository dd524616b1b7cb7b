#include "actors/documents/relay_json.hpp"

#include "actors/base/json_text.hpp"
#include "actors/configuration/pacing_settings.hpp"
#include "actors/configuration/sharing_settings.hpp"

namespace spillway::actors {

namespace {

// Each field of a text with its name in a document.
template <class Text, class Visit>
void each_field(Text& text, Visit visit) {
  if constexpr (std::is_same_v<std::remove_const_t<Text>, SharingText>) {
    visit("mode", text.mode);
    visit("wait", text.wait);
    visit("waiting", text.waiting);
    visit("part", text.part);
  } else {
    visit("kind", text.kind);
    visit("rate", text.rate);
    visit("amount", text.amount);
    visit("age", text.age);
    visit("from", text.from);
    visit("to", text.to);
    visit("zone", text.zone);
  }
}

template <class Text>
Json fields_json(const Text& text) {
  Json json = Json::object();
  each_field(text, [&](const char* name, const auto& value) {
    if (value) json[name] = *value;
  });
  return json;
}

template <class Text>
Text fields_of(const Json& json) {
  Text text;
  each_field(text, [&]<class Value>(const char* name, std::optional<Value>& value) {
    if (json.contains(name)) value = json.at(name).get<Value>();
  });
  return text;
}

Json to_json(const RelaySettings& relay, const RelayMetrics& metrics, const PaceBook& paces,
             Timestamp now) {
  const bool up = metrics.line_up.value() != 0;
  const auto down = up ? std::nullopt : metrics.line_trouble.down();
  const PaceBook::SetPace* set = paces.set_pace(relay.id);
  const PaceBook::SetSharing* shared = paces.set_sharing(relay.id);
  const PaceBook::Pause* pause = paces.pause(relay.id);
  const auto rate = static_cast<double>(metrics.rate_millihertz.value()) / 1e3;
  return {{"id", relay.id.value},
          {"name", relay.name},
          {"sandbox", relay.sandbox},
          {"line_up", up},
          {"down_since", down ? time_json(down->since) : Json()},
          {"reason", down ? Json(down->reason) : Json()},
          {"pace", fields_json(text_of(paces.in_force(relay)))},
          {"pace_from", set != nullptr ? "operator" : "configuration"},
          {"pace_set_at", set != nullptr ? time_json(set->at) : Json()},
          {"configured_pace", fields_json(text_of(relay.pacing))},
          {"sharing", fields_json(text_of(paces.sharing_in_force(relay)))},
          {"sharing_from", shared != nullptr ? "operator" : "configuration"},
          {"sharing_set_at", shared != nullptr ? time_json(shared->at) : Json()},
          {"configured_sharing", fields_json(text_of(relay.sharing))},
          {"paused", pause != nullptr},
          {"paused_since", pause != nullptr ? time_json(pause->since) : Json()},
          {"paused_reason", pause != nullptr ? Json(pause->reason) : Json()},
          {"permit_rate", rate > 0 ? Json(rate) : Json()},
          {"waiting", metrics.authorization.length.value()},
          {"oldest_age_seconds",
           static_cast<double>(metrics.authorization.oldest_age(now).count()) / 1e6},
          {"outstanding", metrics.outstanding.value()},
          {"in_doubt", metrics.in_doubt.length.value()},
          {"timeouts", metrics.timeouts.value()}};
}

// `what`: "pace" or "sharing". "50 a second (set 2026-11-22T06:20:00.000000Z; configured: at once)"
template <class Text>
std::string set_text(const Json& relay, const std::string& what) {
  const std::string held = describe(fields_of<Text>(relay.at(what)));
  if (relay.at(what + "_from") == "configuration") return held + " (as configured)";
  return fmt::format("{} (set {}; configured: {})", held,
                     relay.at(what + "_set_at").get<std::string>(),
                     describe(fields_of<Text>(relay.at("configured_" + what))));
}

std::string sharing_text(const Json& relay) {
  return describe(fields_of<SharingText>(relay.at("sharing")));
}

// "up", "down", and behind it whether it is paused.
std::string line_text(const Json& relay) {
  const std::string line = relay.at("line_up").get<bool>() ? "up" : "down";
  return relay.value("paused", false) ? line + ", paused" : line;
}

std::string rate_text(const Json& rate) {
  return rate.is_null() ? "-" : fmt::format("{:.4g}", rate.get<double>());
}

}  // namespace

std::string pacing_json(const PacingText& text) {
  return fields_json(text).dump();
}

std::string sharing_json(const SharingText& text) {
  return fields_json(text).dump();
}

std::string pause_json(const PaceBook::Pause* pause) {
  if (pause == nullptr) return R"({"paused":false})";
  return Json{{"paused", true}, {"since", time_json(pause->since)}, {"reason", pause->reason}}
      .dump();
}

std::string pause_request_json(const std::string& reason) {
  return Json{{"reason", reason}}.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string relay_json(const RelaySettings& relay, const RelayMetrics& metrics,
                       const PaceBook& paces, Timestamp now) {
  return to_json(relay, metrics, paces, now).dump();
}

std::string relays_json(const Configuration& configuration, Metrics& metrics, const PaceBook& paces,
                        Timestamp now) {
  Json list = Json::array();
  for (const RelaySettings& relay : configuration.relays)
    list.push_back(to_json(relay, metrics.relay(relay.id), paces, now));
  return Json{{"relays", std::move(list)}}.dump();
}

Result<std::string> relays_text(std::string_view json) {
  return read_json(json, [](const Json& all) {
    constexpr auto form = "{:>5}  {:<20} {:<12} {:>9}  {:<22} {:>11} {:>9} {:>9}  {:<12}  {}\n";
    std::string text = fmt::format(fmt::runtime(form), "id", "name", "line", "permits/s", "waiting",
                                   "outstanding", "in doubt", "timeouts", "sharing", "pace");
    for (const Json& relay : all.at("relays")) {
      const auto number = [&](const char* name) { return relay.at(name).get<std::int64_t>(); };
      text += fmt::format(fmt::runtime(form), number("id"), relay.at("name").get<std::string>(),
                          line_text(relay), rate_text(relay.at("permit_rate")),
                          waiting_text(relay.at("waiting"), relay.at("oldest_age_seconds")),
                          number("outstanding"), number("in_doubt"), number("timeouts"),
                          sharing_text(relay), set_text<PacingText>(relay, "pace"));
      if (relay.at("down_since").is_string())
        text += fmt::format("       down since {}: {}\n", relay.at("down_since").get<std::string>(),
                            relay.at("reason").get<std::string>());
    }
    return text;
  });
}

Result<std::string> relay_pace_text(std::string_view json) {
  return read_json(json, [](const Json& relay) {
    return fmt::format("{}: {}\n", relay.at("name").get<std::string>(),
                       set_text<PacingText>(relay, "pace"));
  });
}

Result<std::string> relay_sharing_text(std::string_view json) {
  return read_json(json, [](const Json& relay) {
    return fmt::format("{}: {}\n", relay.at("name").get<std::string>(),
                       set_text<SharingText>(relay, "sharing"));
  });
}

Result<std::string> relay_pause_text(std::string_view json) {
  return read_json(json, [](const Json& relay) {
    const std::string name = relay.at("name").get<std::string>();
    if (!relay.at("paused").get<bool>()) return name + ": takes authorizations\n";
    const std::string reason = relay.at("paused_reason").get<std::string>();
    return fmt::format(
        "{}: paused since {}{}; {} wait\n", name, relay.at("paused_since").get<std::string>(),
        reason.empty() ? "" : " (" + reason + ")", relay.at("waiting").get<std::int64_t>());
  });
}

}  // namespace spillway::actors
