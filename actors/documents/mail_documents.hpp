// Mails as GET /v1/mails shows them and `spillway mails` makes them readable.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/telling/ended_mail.hpp"
#include "engine/telling/outbox.hpp"

namespace spillway::actors {

// One that waits, or has ended.
struct ShownMail {
  std::string code;    // of its order
  std::string domain;  // of the recipient's address; empty: nobody is there any more
  DueMail mail;
  std::string_view state;
  std::uint32_t tries = 0;
  std::optional<Timestamp> next_at{};
  std::optional<Timestamp> ended_at{};
  std::string reason{};
};

// "3F7K-9Q2M-XW41.thanks"
std::string mail_name(const ShownMail& mail);

// {"mail": "3F7K-9Q2M-XW41.thanks", "order": "3F7K-9Q2M-XW41", "shop": 1, "notice": "thanks",
//  "to": "…@example.jp", "state": "deferred", "tries": 3, "since": "2026-…", "next_at": "2026-…",
//  "ended_at": null, "last_error": "450 4.2.1 later"}
std::string mail_json(const ShownMail& mail);

struct MailPage {
  std::vector<ShownMail> mails;
  bool more = false;
  std::optional<std::string> server_reason{};  // why everything waits
  std::optional<Timestamp> server_since{};
};
// {"mails": […], "next": "3F7K-9Q2M-XW41"|null, "server": {"since", "reason"}|null}
std::string mails_json(const MailPage& page);

// The texts for people. An error when `json` is not what these give.
// `state`: that of which mails were asked for; empty: all.
Result<std::string> mails_text(std::string_view json, std::string_view state = {});
Result<std::string> mail_text(std::string_view json);

}  // namespace spillway::actors
