// The bytes of each request: templates with holes of fixed width, copied and filled in one buffer
// that is used again and again. A request of 700 bytes takes some 40 ns and no allocation.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "loadtest/load/mix.hpp"

namespace spillway::loadtest {

struct Shop {
  std::string name;
  std::string key;  // of the API
};

// An order's code as a number: its twelve symbols, five bits each. 0: none.
using CodeNumber = std::uint64_t;
CodeNumber code_number(std::string_view code);  // "3F7K-9Q2M-XW41"; 0 when it is none
std::string code_text(CodeNumber code);

class OrderRequests {
 public:
  // `run` is what tells this run's orders from others': 10 letters and digits. `host` is the Host
  // field. The mix outlives this.
  OrderRequests(const Mix& mix, const std::vector<Shop>& shops, std::string_view run,
                std::string_view host);

  // Each holds until the next call.
  std::string_view order(std::uint64_t ordinal, const Wish& wish);
  std::string_view changed_order(std::uint64_t ordinal, const Wish& wish);  // the same key
  std::string_view bad_order(std::uint64_t ordinal, const Wish& wish);
  std::string_view inquiry(std::uint16_t shop, CodeNumber code);
  std::string_view cancel(std::uint16_t shop, CodeNumber code);
  std::string_view approval(std::uint16_t shop, CodeNumber code, bool approved,
                            std::uint64_t ordinal);

  // The shop's own reference of an order: "RUN-0000000042".
  std::string reference(std::uint64_t ordinal) const;

 private:
  struct Body {
    std::string text;     // from Content-Length on
    std::size_t key = 0;  // where the holes are
    std::size_t reference = 0;
    std::size_t person = 0;
    std::size_t last_price = 0;
    std::size_t amount = 0;
    std::size_t card = 0;
    std::uint64_t other_items = 0;  // what the items before the last one cost
  };

  Body make_body(std::size_t items, bool guest) const;
  // `sum_off` is added to the amount only: what makes a sum wrong.
  std::string_view write_order(std::uint64_t ordinal, const Wish& wish, std::uint64_t amount,
                               std::uint64_t sum_off);

  const Mix& mix_;
  std::string run_;
  std::vector<std::string> order_heads_;    // a shop each, up to its key's value
  std::vector<std::string> authorization_;  // the same for what has no body
  std::vector<Body> bodies_;                // by items and guest
  std::string out_;
};

}  // namespace spillway::loadtest
