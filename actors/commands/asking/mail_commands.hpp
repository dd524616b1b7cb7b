// `spillway mails` and `spillway webhooks`: an operator looks at what is told to buyers and shops
// and does not arrive, has a mail tried at once, or ends it.
#pragma once

#include <iosfwd>
#include <string>

namespace CLI {
class App;
}

namespace spillway::actors {

struct MailsCommand {
  std::string url = "http://127.0.0.1:8080";
  std::string state;   // empty: all
  std::string change;  // "retry" or "drop"; empty: list
  std::string mail;    // to be changed, as the list names it
  bool json = false;
};

struct WebhooksCommand {
  std::string url = "http://127.0.0.1:8080";
  std::string status;  // empty: all
  bool json = false;
};

// Adds the subcommands; what is given outlives the parsing, which fills it in.
void add_mail_commands(CLI::App& app, MailsCommand& mails, WebhooksCommand& webhooks);

// Each writes what was answered to `out`, what went wrong to `error`; returns the process's exit
// code.
int run(const MailsCommand& command, std::ostream& out, std::ostream& error);
int run(const WebhooksCommand& command, std::ostream& out, std::ostream& error);

}  // namespace spillway::actors
