// The commands that check data and receipts.
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <string>

#include "actors/commands/asking/exit_code.hpp"
#include "actors/commands/data/commands.hpp"
#include "actors/documents/book_line_json.hpp"
#include "actors/documents/receipt_content.hpp"
#include "net/api/common/order_json.hpp"
#include "net/api/orders/receipt.hpp"
#include "storage/inspect/proof.hpp"
#include "storage/inspect/verify.hpp"
#include "storage/keys/keyring.hpp"

namespace spillway::actors {

namespace {

std::optional<std::string> master_from_environment() {
  const char* text = std::getenv(storage::Keyring::environment_name);
  return text == nullptr ? std::nullopt : std::optional<std::string>(text);
}

Result<std::string> read_whole(const std::string& file, std::istream& in) {
  if (file == "-") return std::string(std::istreambuf_iterator<char>(in), {});
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return Error{"cannot read " + file};
  return std::string(std::istreambuf_iterator<char>(stream), {});
}

// The receipt itself, or the one in the answer to POST /v1/orders. It holds nothing but letters,
// digits, - and _, and two dots, so a search does instead of a parser.
std::string receipt_in(std::string text) {
  constexpr std::string_view member = "\"receipt\":";
  if (const std::size_t at = text.find(member); at != text.npos) {
    const std::size_t begin = text.find('"', at + member.size());
    if (begin == text.npos) return {};
    return text.substr(begin + 1, text.find('"', begin + 1) - begin - 1);
  }
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

void show(const net::Receipt& receipt, std::ostream& out) {
  out << "good: order " << receipt.order << " of shop " << receipt.shop << ", reference "
      << receipt.reference << ", " << receipt.amount << ' ' << receipt.currency
      << " (minor units), received at " << receipt.received_at << ", record " << receipt.record
      << '\n';
}

// A receipt, and what stays of its order when that was removed.
struct FoundReceipt {
  net::Receipt receipt;
  std::string line;  // of the books, as JSON; empty: the order is there
};

// The link vouches for the record that was there; the line says what the order came to.
Result<FoundReceipt> find_in_books(net::Receipt receipt, const storage::RecordProof& proof) {
  const OrderCodes codes(proof.order_codes);
  std::string received_at;
  if (proof.line) net::append_timestamp(received_at, proof.line->received_at);
  if (!proof.line || codes.encode(proof.line->order) != receipt.order ||
      proof.line->shop.value != receipt.shop || proof.line->amount.minor_units != receipt.amount ||
      proof.line->amount.currency.code() != receipt.currency || received_at != receipt.received_at)
    return Error{"record " + std::to_string(receipt.record) +
                 " was removed, and its line in the books is not what the receipt says"};
  return FoundReceipt{std::move(receipt), book_line_json(*proof.line, codes)};
}

// Whether the journal holds what the receipt says.
Result<FoundReceipt> find_receipt(const std::filesystem::path& data, const std::string& text) {
  const auto keys = storage::signing_keys(data, master_from_environment());
  if (!keys) return keys.error();
  auto receipt = net::check_receipt(text, net::jwk_set(*keys));
  if (!receipt) return receipt.error();
  const auto proof =
      storage::prove_record(data, master_from_environment(), RecordNumber{receipt->record});
  if (!proof) return proof.error();
  if (receipt->chain != to_hex(proof->link.hash) ||
      receipt->commit_first != proof->link.first.value ||
      receipt->commit_last != proof->link.last.value)
    return Error{"the journal is not the one that the receipt was given for: the link of record " +
                 std::to_string(receipt->record) + " is another"};
  if (!proof->event) return find_in_books(std::move(*receipt), *proof);
  const OrderCodes codes(proof->order_codes);
  if (!std::holds_alternative<Received>(proof->event->event.fact) ||
      receipt_of(proof->event->event, proof->link, codes.encode(proof->event->event.order)) !=
          *receipt)
    return Error{"record " + std::to_string(receipt->record) + " is not what the receipt says"};
  return FoundReceipt{std::move(*receipt), {}};
}

}  // namespace

int run(const VerifyCommand& command, std::istream& in, std::ostream& out, std::ostream& error) {
  const auto report = storage::verify(command.data, master_from_environment());
  if (!report) return fail(error, report.error().message);
  out << "good: " << report->records << " records of " << report->orders << " orders, "
      << report->links << " links of their chain, " << report->removed_orders
      << " lines of the books, " << report->cards << " sealed cards, " << report->rows
      << " rows of views up to record " << report->views_position << ", " << report->registry_rows
      << " rows of the registry, " << report->audit_entries << " entries of the audit log, "
      << report->members << " members\n";
  if (command.receipt.empty()) return exit_well;
  const auto text = read_whole(command.receipt, in);
  if (!text) return fail(error, text.error().message);
  const auto found = find_receipt(command.data, receipt_in(*text));
  if (!found) return fail(error, found.error().message);
  show(found->receipt, out);
  if (!found->line.empty())
    out << "the order was closed and its records were removed; the books say of it:\n"
        << found->line << '\n';
  return exit_well;
}

int run(const VerifyReceiptCommand& command, std::istream& in, std::ostream& out,
        std::ostream& error) {
  const auto text = read_whole(command.receipt, in);
  if (!text) return fail(error, text.error().message);
  const auto keys = read_whole(command.keys.string(), in);
  if (!keys) return fail(error, keys.error().message);
  const auto receipt = net::check_receipt(receipt_in(*text), *keys);
  if (!receipt) return fail(error, receipt.error().message);
  show(*receipt, out);
  return exit_well;
}

}  // namespace spillway::actors
