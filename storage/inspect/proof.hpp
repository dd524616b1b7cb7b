// What a stopped system's data says about one record, for whoever holds a receipt against it.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/order/order_code.hpp"
#include "storage/journal/book_line.hpp"
#include "storage/journal/entry.hpp"
#include "storage/journal/record_chain.hpp"
#include "storage/keys/system_keys.hpp"

namespace spillway::storage {

struct RecordProof {
  ChainLink link;                    // of its commit
  std::optional<StoredEvent> event;  // nothing when retention has taken it out
  std::optional<BookLine> line;      // what is left then
  OrderCodes::Key order_codes{};
  std::vector<SigningPublicKey> signing;  // all that ever signed here
};

// The error: the data does not open, or there is no such record.
Result<RecordProof> prove_record(const std::filesystem::path& data_folder,
                                 const std::optional<std::string>& master_hex, RecordNumber number);

// The books, a line at a time, in the order of the orders' numbers.
Result<void> read_books(const std::filesystem::path& data_folder,
                        const std::optional<std::string>& master_hex,
                        const std::function<void(const BookLine&, const OrderCodes&)>& visit);

Result<std::vector<SigningPublicKey>> signing_keys(const std::filesystem::path& data_folder,
                                                   const std::optional<std::string>& master_hex);

}  // namespace spillway::storage
