// [[relays]]
#include <algorithm>
#include <array>
#include <utility>

#include "actors/configuration/configuration_sections.hpp"
#include "actors/configuration/pacing_settings.hpp"
#include "actors/configuration/sharing_settings.hpp"
#include "engine/base/characters.hpp"
#include "engine/order/limits.hpp"
#include "engine/pacing/limits.hpp"

namespace spillway::actors {

namespace {

void read_text(TomlSection& section, std::string_view key, std::optional<std::string>& out) {
  if (std::string text; section.has(key)) {
    section.read(key, text, 1, configured_name_max);
    out = text;
  }
}

void read_pacing(TomlSection& section, Pacing& out) {
  static constexpr std::array<std::string_view, pacing_fields> keys = {
      "pacing", "pace", "batch_amount", "batch_age", "window_from", "window_to", "window_zone"};
  PacingText text;
  read_text(section, "pacing", text.kind);
  if (section.has("pace")) section.read_positive("pace", text.rate.emplace(1));
  if (section.has("batch_amount"))
    section.read("batch_amount", text.amount.emplace(1), 1, limits::batch_amount_max);
  read_text(section, "batch_age", text.age);
  read_text(section, "window_from", text.from);
  read_text(section, "window_to", text.to);
  read_text(section, "window_zone", text.zone);
  auto pacing = pacing_from(text, PacingKind::immediate);
  if (pacing)
    out = *pacing;
  else
    for (const PacingProblem& problem : pacing.error())
      section.problem(keys.at(static_cast<std::size_t>(problem.field)), problem.sentence);
}

// Whose the pace is.
void read_pace_of(TomlSection& section, SystemRole role, bool& contract) {
  std::string whose = "machine";
  section.read("pace_of", whose, 1, configured_name_max);
  if (whose != "machine" && whose != "contract")
    return section.problem("pace_of", "must be machine or contract");
  contract = whose == "contract";
  if (!contract || role != SystemRole::node) return;
  for (const auto* key : {"pacing", "pace"})
    if (section.has(key))
      section.problem(key, "comes from the first systems, which lend parts of the contract's pace");
}

void read_sharing(TomlSection& section, Sharing& out) {
  static constexpr std::array<std::string_view, sharing_fields> keys = {
      "sharing", "spill_wait", "spill_waiting", "spill_part"};
  SharingText text;
  read_text(section, "sharing", text.mode);
  read_text(section, "spill_wait", text.wait);
  if (section.has("spill_waiting"))
    section.read("spill_waiting", text.waiting.emplace(1), 1, limits::waiting_orders_max);
  read_text(section, "spill_part", text.part);
  const auto sharing = sharing_from(text, SharingMode::spill);
  if (sharing)
    out = *sharing;
  else
    for (const SharingProblem& problem : sharing.error())
      section.problem(keys.at(static_cast<std::size_t>(problem.field)), problem.sentence);
}

void read_companies(TomlSection& section, Seen& companies, RelaySettings& relay,
                    TomlProblems& problems) {
  section.require("companies");
  const auto texts = section.texts("companies");
  for (const TomlText& text : texts) {
    const auto company = card_company_from(text.text);
    if (!company) {
      problems.add(text.line, text.key, "must be one of VISA, MASTERCARD, JCB, AMEX, DINERS");
    } else if (is_new(companies, text.text, text.key, text.line, problems)) {
      relay.companies.push_back(*company);
    }
  }
  if (section.has("companies") && texts.empty()) {
    section.problem("companies", "must name at least one card company");
  }
}

// What codes of field 39 mean to this relay centre.
void read_codes(TomlSection& section, Dialect& dialect) {
  TomlSection codes = section.table("codes");
  for (const std::string& key : codes.keys()) {
    std::string word;
    codes.read(key, word, 1, configured_name_max);
    const auto meaning = meaning_from(word);
    const bool is_code = key.size() == 2 && std::ranges::all_of(key, is_letter_or_digit);
    if (!is_code)
      codes.problem(key, "must be two letters or digits, as in field 39");
    else if (key == "00")
      codes.problem(key, "is always approved");
    else if (!meaning && !word.empty())
      codes.problem(key,
                    "must be approved, approval_needed, refused, come_back_later, reverse or "
                    "in_doubt");
    else if (meaning)
      dialect.set(ResponseCode(key), *meaning);
  }
}

void read_wire(TomlSection& section, net::iso8583::Dialect& out) {
  std::string bitmaps = "both";
  section.read("bitmaps", bitmaps, 1, configured_name_max);
  if (bitmaps != "both" && bitmaps != "needed")
    section.problem("bitmaps", "must be both or needed");
  out.always_two_bitmaps = bitmaps != "needed";
  if (std::string hex; section.has("header")) {
    section.read("header", hex, 0, configured_name_max);
    if (auto header = net::iso8583::header_from(hex))
      out.header = std::move(*header);
    else
      section.problem("header", header.error().message);
  }
  for (const TomlText& text : section.texts("field_lengths"))
    if (const auto set = net::iso8583::set_length(text.text, out.lengths); !set)
      section.problem("field_lengths", set.error().message);
}

void read_relay(TomlSection& section, SystemRole role, RelaySettings& relay) {
  for (const auto key : {"id", "name", "host", "port", "acquirer"}) section.require(key);
  section.read("id", relay.id.value, 1, UINT16_MAX);
  section.read("name", relay.name, 1, configured_name_max);
  section.read("host", relay.address.host, 1, 255);
  section.read("port", relay.address.port, 1, UINT16_MAX);
  section.read("acquirer", relay.acquirer, 1, 11);
  if (!all_digits(relay.acquirer)) section.problem("acquirer", "must be digits only");
  read_relay_tls(section, relay);
  read_pacing(section, relay.pacing);
  read_pace_of(section, role, relay.contract_pace);
  read_sharing(section, relay.sharing);
  section.read("backlog_time_max", relay.backlog_time_max, 1min, 24h);
  section.read("answer_time_max", relay.answer_time_max, 10ms, 10min);
  section.read("line_outstanding_max", relay.line_outstanding_max, 1,
               limits::relay_outstanding_max);
  section.read("recognises_repeats", relay.recognises_repeats);
  read_codes(section, relay.dialect);
  section.read("late_window", relay.late_window, 0ms, 24h);
  section.read("doubt_tries_max", relay.doubt_tries_max, 1, 1'000);
  read_wire(section, relay.wire);
}

}  // namespace

void read_relays(TomlSection& root, SystemRole role, Configuration& out, TomlProblems& problems) {
  Seen ids;
  Seen names;
  Seen companies;
  for (TomlSection& section : root.tables("relays")) {
    RelaySettings relay;
    read_relay(section, role, relay);
    read_companies(section, companies, relay, problems);
    if (relay.id.value != 0) {
      is_new(ids, std::to_string(relay.id.value), section.path_of("id"), section.line_of("id"),
             problems);
    }
    if (!relay.name.empty()) {
      is_new(names, relay.name, section.path_of("name"), section.line_of("name"), problems);
    }
    section.finish();
    out.relays.push_back(std::move(relay));
  }
}

}  // namespace spillway::actors
