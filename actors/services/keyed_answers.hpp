// The answers to POSTs beside the orders that came with an Idempotency-Key, for their repeats.
//
// Stands between the desks and the loops. On its way in a request is looked up; on its way out the
// answer ends what was under way. What is to be told again goes into the registry in the same
// transaction as what was made, so that a repeat after a crash finds both or neither.
//
// Threads: any.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <tuple>
#include <vector>

#include "net/api/common/order_backend.hpp"
#include "net/api/common/repeat_book.hpp"
#include "storage/keys/keyring.hpp"
#include "storage/registry/registry.hpp"

namespace spillway::actors {

class KeyedAnswers final : public net::RepeatBook, public net::ApiAnswers {
 public:
  KeyedAnswers(const storage::Registry& registry, const storage::IdempotencyHash& hash,
               std::function<Timestamp()> now)
      : registry_(registry), hash_(hash), now_(std::move(now)) {}

  // Before the first request. Outlives this.
  void answer_through(net::ApiAnswers& api) { api_ = &api; }

  std::optional<net::ApiAnswer> begin(const net::RepeatableRequest& request) override;
  void forget(net::Ticket ticket) override;

  // Passes the answers on; those of requests with a key end them.
  void answer(std::vector<net::ApiAnswer> batch) override;

  // Adds the rows that let the answer be told again to the changes that it tells of. Nothing for a
  // request without a key, and for an answer of nothing that was done.
  void keep(const net::ApiAnswer& answer, std::vector<storage::RegistryChange>& changes);

 private:
  using TicketKey = std::tuple<std::uint32_t, std::uint64_t, std::uint32_t>;
  struct UnderWay {
    std::string answer_key;
    std::string credential;
    std::array<unsigned char, 32> secret{};
  };

  static TicketKey key_of(net::Ticket ticket) {
    return {ticket.loop, ticket.connection, ticket.sequence};
  }
  bool end(net::Ticket ticket);
  void expire_some(Timestamp now, std::vector<storage::RegistryChange>& changes) const;

  const storage::Registry& registry_;
  const storage::IdempotencyHash& hash_;
  const std::function<Timestamp()> now_;
  net::ApiAnswers* api_ = nullptr;
  std::mutex mutex_;
  std::map<TicketKey, UnderWay> under_way_;
  std::map<std::string, TicketKey, std::less<>> tickets_;  // by the answer's key
  std::atomic<std::size_t> count_{0};                      // of those under way
};

// For desks, whose way out it is in a first system and not in every test: see KeyedAnswers::keep.
void keep_answer(net::ApiAnswers& api, const net::ApiAnswer& answer,
                 std::vector<storage::RegistryChange>& changes);

}  // namespace spillway::actors
