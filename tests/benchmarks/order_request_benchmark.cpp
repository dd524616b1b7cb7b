// What an order costs on its way through the API, without HTTP and the backend: reading it, wiping
// the card, knowing the shop, writing the answer.
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "engine/base/invariants.hpp"
#include "net/api/common/api_keys.hpp"
#include "net/api/common/order_json.hpp"
#include "net/api/orders/order_request.hpp"

namespace spillway::net {
namespace {

const std::string order_body =
    R"({"reference":"A-10023","member":"M-4821",)"
    R"("buyer":{"name":"Hanako Sato","email":"hanako@example.jp"},)"
    R"("items":[{"code":"SHOE-42","name":"Leather shoes","quantity":1,"unit_price":3150}],)"
    R"("amount":3150,"currency":"JPY",)"
    R"("card":{"company":"VISA","number":"4242424242424242","expiry":"2028-12"}})";

void read_order(benchmark::State& state) {
  OrderRequestReader reader;
  for (auto _ : state) {
    const auto read = reader.read(order_body, {2026, 11});
    SPILLWAY_CHECK(read.has_value(), "the benchmark's order was refused");
    benchmark::DoNotOptimize(*read);
    reader.wipe();
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(order_body.size()));
}
BENCHMARK(read_order);

void wipe_order(benchmark::State& state) {
  std::vector<char> copy(order_body.size());
  for (auto _ : state) wipe(copy.data(), copy.size());
}
BENCHMARK(wipe_order);

void authenticate_shop(benchmark::State& state) {
  std::vector<ShopKey> shop_keys;
  for (std::uint32_t shop = 1; shop <= 1000; ++shop) {
    shop_keys.push_back(
        {{shop}, hash_api_key("the_api_key_of_a_shop_" + std::to_string(100'000 + shop))});
  }
  const auto keys = ApiKeys::from(shop_keys);
  for (auto _ : state) {
    const auto shop = keys->authenticate("Bearer the_api_key_of_a_shop_100500");
    SPILLWAY_CHECK(shop == ShopId{500}, "the benchmark's key was refused");
  }
}
BENCHMARK(authenticate_shop);

void write_accepted(benchmark::State& state) {
  AcceptedAnswer answer(OrderCodes({1, 2}));
  answers::Accepted accepted{{1}, Timestamp(Duration(1'795'300'000'123'456)), false};
  for (auto _ : state) {
    ++accepted.order.value;
    accepted.received_at += Duration(13);
    benchmark::DoNotOptimize(answer.bytes(accepted));
  }
}
BENCHMARK(write_accepted);

}  // namespace
}  // namespace spillway::net

BENCHMARK_MAIN();
