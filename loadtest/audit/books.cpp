#include "loadtest/audit/books.hpp"

#include <algorithm>
#include <charconv>
#include <thread>

#include <fmt/format.h>
#include <simdjson.h>

#include "loadtest/base/civil_time.hpp"
#include "loadtest/base/limits.hpp"

namespace spillway::loadtest {
namespace {

using simdjson::ondemand::object;

constexpr auto answer_time_max = std::chrono::seconds(30);
constexpr auto retry_interval = std::chrono::milliseconds(250);

std::optional<BookStatus> status_from(std::string_view text) {
  const auto found = std::find(book_status_names.begin(), book_status_names.end(), text);
  if (found == book_status_names.end()) return std::nullopt;
  return static_cast<BookStatus>(found - book_status_names.begin());
}

bool is_outcome(BookStatus status) {
  return status == BookStatus::authorized || status == BookStatus::refused ||
         status == BookStatus::cancelled;
}

std::uint16_t place_of_relay(std::string_view name, std::vector<std::string>& relays) {
  const auto found = std::find(relays.begin(), relays.end(), name);
  if (found != relays.end()) return static_cast<std::uint16_t>(found - relays.begin());
  relays.emplace_back(name);
  return static_cast<std::uint16_t>(relays.size() - 1);
}

// False when it is not one of this run's: "RUN-0000000042".
bool read_reference(std::string_view reference, std::string_view run, std::uint64_t& ordinal) {
  if (!reference.starts_with(run) || reference.size() <= run.size() + 1) return false;
  reference.remove_prefix(run.size());
  if (reference.front() != '-') return false;
  const auto [end, error] =
      std::from_chars(reference.data() + 1, reference.data() + reference.size(), ordinal);
  return error == std::errc() && end == reference.data() + reference.size();
}

bool read_history(object& order, BookEntry& entry) {
  simdjson::ondemand::array history;
  if (order["history"].get_array().get(history)) return false;
  for (auto change : history) {
    std::string_view text;
    std::string_view at;
    if (change["status"].get(text) || change["at"].get(at)) return false;
    const auto status = status_from(text);
    const auto time = civil_time_from(at);
    if (!status || !time) return false;
    entry.was_in_doubt = entry.was_in_doubt || *status == BookStatus::in_doubt;
    entry.was_authorized = entry.was_authorized || *status == BookStatus::authorized;
    if (!is_outcome(*status)) continue;
    ++entry.outcomes;
    entry.outcome_at = *time;
  }
  return true;
}

enum class Read : std::uint8_t { taken, other, older, unreadable };

Read read_order(object order, std::string_view run, Timestamp since, Books& books,
                BookEntry& entry) {
  std::string_view code;
  std::string_view received_at;
  std::string_view reference;
  std::string_view status;
  std::string_view relay;
  std::string_view answer;
  if (order["order"].get(code) || order["received_at"].get(received_at) ||
      order["reference"].get(reference) || order["status"].get(status) ||
      order["amount"].get(entry.amount)) {
    return Read::unreadable;
  }
  const auto received = civil_time_from(received_at);
  const auto known = status_from(status);
  entry.code = code_number(code);
  if (!received || !known || entry.code == 0) return Read::unreadable;
  if (*received < since) return Read::older;
  if (!read_reference(reference, run, entry.ordinal)) return Read::other;
  entry.received_at = *received;
  entry.status = *known;
  object authorization;
  if (order["authorization"].get_object().get(authorization)) return Read::unreadable;
  if (!authorization["answer"].get(answer)) entry.by_line = answer == "usable";
  if (!authorization["relay"].get(relay)) entry.relay = place_of_relay(relay, books.relays);
  return read_history(order, entry) ? Read::taken : Read::unreadable;
}

// While the engine's lists are behind its orders it answers 503 and is asked again.
Result<ApiClient::Answer> get_list(ApiClient& api, const std::string& path, const Shop& shop) {
  const auto give_up = std::chrono::steady_clock::now() + answer_time_max;
  while (true) {
    auto answer = api.get(path, shop.key, answer_time_max);
    if (!answer || answer->status != 503 || std::chrono::steady_clock::now() >= give_up)
      return answer;
    std::this_thread::sleep_for(retry_interval);
  }
}

}  // namespace

std::optional<PageEnd> read_page(std::string page, std::string_view run, Timestamp since,
                                 std::uint16_t shop, Books& books) {
  static thread_local simdjson::ondemand::parser parser;
  page.reserve(page.size() + simdjson::SIMDJSON_PADDING);
  simdjson::ondemand::document document;
  simdjson::ondemand::array orders;
  if (parser.iterate(page.data(), page.size(), page.capacity()).get(document) ||
      document["orders"].get_array().get(orders)) {
    return std::nullopt;
  }
  for (auto element : orders) {
    object order;
    if (element.get_object().get(order)) return std::nullopt;
    BookEntry entry;
    entry.shop = shop;
    switch (read_order(order, run, since, books, entry)) {
      case Read::unreadable:
        return std::nullopt;
      case Read::older:
        return PageEnd{};
      case Read::other:
        ++books.others;
        break;
      case Read::taken:
        books.entries.push_back(entry);
        break;
    }
  }
  std::string_view next;
  if (document["next"].get(next)) return PageEnd{};  // null
  return PageEnd{std::string(next)};
}

Result<void> read_books(ApiClient& api, const std::vector<Shop>& shops, std::string_view run,
                        Timestamp since, Books& books) {
  for (std::size_t shop = 0; shop < shops.size(); ++shop) {
    std::string after;
    do {
      const std::string path = fmt::format("/v1/orders?limit={}{}{}", limits::list_page,
                                           after.empty() ? "" : "&after=", after);
      auto answer = get_list(api, path, shops[shop]);
      if (!answer) return answer.error();
      if (answer->status != 200) {
        return Error{fmt::format("the books cannot be read: GET {} gave {}", path, answer->status)};
      }
      const auto end =
          read_page(std::move(answer->body), run, since, static_cast<std::uint16_t>(shop), books);
      if (!end) return Error{"the books cannot be read: GET " + path + " gave no list of orders"};
      after = end->next;
    } while (!after.empty());
  }
  return {};
}

Result<bool> all_settled(ApiClient& api, const std::vector<Shop>& shops) {
  // One that is in doubt may be tried anew meanwhile: it is looked for on both sides of that.
  for (const char* status : {"received", "authorizing", "in_doubt", "authorizing", "cancelling"}) {
    for (const Shop& shop : shops) {
      const std::string path = fmt::format("/v1/orders?limit=1&status={}", status);
      const auto answer = get_list(api, path, shop);
      if (!answer) return answer.error();
      if (answer->status != 200) {
        return Error{fmt::format("GET {} gave {}", path, answer->status)};
      }
      if (answer->body.find(R"("orders":[])") == std::string::npos) return false;
    }
  }
  return true;
}

}  // namespace spillway::loadtest
