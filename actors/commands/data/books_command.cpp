// `spillway books`: what stays of orders whose records retention has taken out.
#include <cstdlib>
#include <ostream>

#include "actors/base/json_text.hpp"
#include "actors/commands/asking/exit_code.hpp"
#include "actors/commands/data/commands.hpp"
#include "actors/documents/book_line_json.hpp"
#include "storage/inspect/proof.hpp"
#include "storage/keys/keyring.hpp"

namespace spillway::actors {

std::string book_line_json(const storage::BookLine& line, const OrderCodes& codes) {
  Json reversed = Json::array();
  for (const Reference& reference : line.reversed)
    reversed.push_back(std::string(reference.view()));
  Json json = {{"order", codes.encode(line.order)},
               {"shop", line.shop.value},
               {"relay", line.relay.value},
               {"amount", line.amount.minor_units},
               {"currency", line.amount.currency.code()},
               {"received_at", time_json(line.received_at)},
               {"outcome", std::string(to_text(line.outcome))},
               {"outcome_at", time_json(line.outcome_at)}};
  if (!line.approval_code.view().empty())
    json["approval_code"] = std::string(line.approval_code.view());
  if (!line.charged.view().empty()) json["charged"] = std::string(line.charged.view());
  json["reversed"] = std::move(reversed);
  return json.dump();
}

int run(const BooksCommand& command, std::ostream& out, std::ostream& error) {
  const char* const master = std::getenv(storage::Keyring::environment_name);
  const auto read = storage::read_books(
      command.data, master == nullptr ? std::nullopt : std::optional<std::string>(master),
      [&out](const storage::BookLine& line, const OrderCodes& codes) {
        out << book_line_json(line, codes) << '\n';
      });
  if (read) return exit_well;
  error << "spillway: " << read.error().message << '\n';
  return exit_failed;
}

}  // namespace spillway::actors
