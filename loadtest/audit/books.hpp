// The engine's books: every order of a run as the API lists it when all is over.
//
// Threads: one.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/base/time.hpp"
#include "loadtest/load/api_client.hpp"
#include "loadtest/load/order_requests.hpp"

namespace spillway::loadtest {

enum class BookStatus : std::uint8_t {
  received = 0,
  authorizing = 1,
  in_doubt = 2,
  approval_needed = 3,
  authorized = 4,
  refused = 5,
  cancelling = 6,
  cancelled = 7,
};
constexpr std::array<std::string_view, 8> book_status_names = {
    "received",   "authorizing", "in_doubt",   "approval_needed",
    "authorized", "refused",     "cancelling", "cancelled"};

struct BookEntry {
  CodeNumber code = 0;
  std::uint64_t ordinal = 0;  // out of the reference
  std::uint64_t amount = 0;
  Timestamp received_at{};
  Timestamp outcome_at{};  // of the last outcome
  std::uint16_t shop = 0;
  std::uint16_t relay = 0;  // place in Books::relays
  BookStatus status = BookStatus::received;
  std::uint8_t outcomes = 0;    // authorized, refused and cancelled in its history
  bool was_authorized = false;  // at some time
  bool was_in_doubt = false;
  bool by_line = false;  // the relay centre said usable, no telephone was needed
};

struct Books {
  std::vector<BookEntry> entries;
  std::vector<std::string> relays;
  std::uint64_t others = 0;  // orders of the time that are not this run's
};

// Reads one page of GET /v1/orders and adds this run's orders, those whose reference begins with
// "RUN-". Gives `next`, and nothing more to ask for when an order older than `since` stands there.
// Nothing when the page cannot be read.
struct PageEnd {
  std::string next;  // empty: that was all
};
std::optional<PageEnd> read_page(std::string page, std::string_view run, Timestamp since,
                                 std::uint16_t shop, Books& books);

// Adds all shops' pages of one system.
Result<void> read_books(ApiClient& api, const std::vector<Shop>& shops, std::string_view run,
                        Timestamp since, Books& books);

// How many shops still have orders without an outcome; asks one order of each status.
Result<bool> all_settled(ApiClient& api, const std::vector<Shop>& shops);

}  // namespace spillway::loadtest
