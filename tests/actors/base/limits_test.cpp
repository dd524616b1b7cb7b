// Limits of different rooms that stand on one another.
#include "engine/account/limits.hpp"

#include <gtest/gtest.h>

#include "engine/base/limits.hpp"
#include "engine/order/limits.hpp"
#include "engine/sharing/limits.hpp"
#include "engine/telling/limits.hpp"
#include "net/http/limits.hpp"
#include "net/text/limits.hpp"
#include "storage/base/limits.hpp"

namespace spillway::limits {
namespace {

// Of all items, and the rest, where a character takes so many bytes at most.
constexpr std::size_t order_size_max(std::size_t character_max) {
  return items_max * ((item_code_max + item_name_max) * character_max + 128) + 16 * 1024;
}

TEST(Limits, LetAnOrderInAndOntoTheDiskHoweverItIsWritten) {
  EXPECT_LE(order_size_max(json_escaped_max), http_body_max);
  EXPECT_LE(order_size_max(utf8_bytes_max), record_body_max);
  EXPECT_LE(item_quantity_max, amount_max);
}

TEST(Limits, KeepBatchesWithinWhatIsUnderWay) {
  EXPECT_LE(acceptance_batch, orders_in_acceptance_max);
  EXPECT_LE(commit_entries_max, orders_in_acceptance_max);
  EXPECT_LE(8 * commit_bytes_max, journal_reserve);  // commits under way when it is reached
}

TEST(Limits, LetAPageBeRead) {
  EXPECT_LE(list_page_default, list_page_max);
  EXPECT_LE(list_page_max, list_scan_max);
  EXPECT_LE(shop_events_page * shop_event_bytes_max, http_output_max);
}

TEST(Limits, KeepWhatARepeatAsksFor) {
  EXPECT_LE(idempotency_key_life, personal_data_min);
  EXPECT_LE(idempotency_key_life, closed_orders_min);
}

TEST(Limits, LetANodeStopBeforeItsWorkIsTakenElsewhere) {
  EXPECT_LT(node_heartbeat * 2, node_lease);
  EXPECT_LT(node_lease, node_lost_after);
}

}  // namespace
}  // namespace spillway::limits
