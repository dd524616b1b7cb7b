#include "actors/documents/mail_documents.hpp"

#include "actors/base/json_text.hpp"

namespace spillway::actors {

namespace {

Json to_json(const ShownMail& mail) {
  return {{"mail", mail_name(mail)},
          {"order", mail.code},
          {"shop", mail.mail.shop.value},
          {"notice", to_text(mail.mail.notice)},
          {"to", mail.domain.empty() ? Json() : Json("\u2026@" + mail.domain)},
          {"state", mail.state},
          {"tries", mail.tries},
          {"since", time_json(mail.mail.since)},
          {"next_at", time_or_null(mail.next_at)},
          {"ended_at", time_or_null(mail.ended_at)},
          {"last_error", mail.reason.empty() ? Json() : Json(mail.reason)}};
}

// "2026-12-01T11:30:00Z", without the parts of a second; "-" for null.
std::string second_text(const Json& time) {
  return time.is_null() ? "-" : time.get<std::string>().substr(0, 19) + "Z";
}

}  // namespace

std::string mail_name(const ShownMail& mail) {
  return mail.code + "." + std::string(to_text(mail.mail.notice));
}

std::string mail_json(const ShownMail& mail) {
  return to_json(mail).dump();
}

std::string mails_json(const MailPage& page) {
  Json list = Json::array();
  for (const ShownMail& mail : page.mails) list.push_back(to_json(mail));
  Json server;
  if (page.server_reason)
    server = {{"since", time_or_null(page.server_since)}, {"reason", *page.server_reason}};
  return Json{{"mails", std::move(list)},
              {"next", page.more ? Json(page.mails.back().code) : Json()},
              {"server", std::move(server)}}
      .dump();
}

Result<std::string> mails_text(std::string_view json, std::string_view state) {
  return read_json(json, [&](const Json& answer) {
    std::string text;
    if (const Json& server = answer.at("server"); !server.is_null())
      text = fmt::format("the mail server is away since {}: {}\n", second_text(server.at("since")),
                         server.at("reason").get<std::string>());
    const Json& mails = answer.at("mails");
    if (mails.empty())
      return text + (state.empty() ? std::string("no mail is due, and none ended undelivered\n")
                                   : fmt::format("no mail is {}\n", state));
    constexpr auto form = "{:<28} {:>5} {:<9} {:>5} {:<20} {:<20} {:<24} {}\n";
    text += fmt::format(fmt::runtime(form), "mail", "shop", "state", "tries", "since", "next try",
                        "to", "last error");
    for (const Json& mail : mails)
      text += fmt::format(fmt::runtime(form), mail.at("mail").get<std::string>(),
                          mail.at("shop").dump(), mail.at("state").get<std::string>(),
                          mail.at("tries").dump(), second_text(mail.at("since")),
                          second_text(mail.at("next_at")), text_or_dash(mail.at("to")),
                          text_or_dash(mail.at("last_error")));
    if (const Json& next = answer.at("next"); !next.is_null())
      text += fmt::format("there are more, after {}\n", next.get<std::string>());
    return text;
  });
}

Result<std::string> mail_text(std::string_view json) {
  return read_json(json, [](const Json& mail) {
    return fmt::format("{} is {}\n", mail.at("mail").get<std::string>(),
                       mail.at("state").get<std::string>());
  });
}

}  // namespace spillway::actors
