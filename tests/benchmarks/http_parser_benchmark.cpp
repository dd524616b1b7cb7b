// http-parser against Boost.Beast's parser without its sockets, on the same order: the request line
// and the fields taken apart, the body found. See docs/decisions/0001-http-parser.md.
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include <benchmark/benchmark.h>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <http_parser.h>

namespace {

namespace beast = boost::beast;

std::string order() {
  const std::string body =
      R"({"reference":"A-10023","member":"M-4821","buyer":{"name":"Hanako Sato","email":)"
      R"("hanako@example.jp"},"items":[{"code":"SHOE-42","name":"Leather shoes","quantity":1,)"
      R"("unit_price":3150},{"code":"SOCK-7","name":"Wool socks","quantity":2,"unit_price":900}],)"
      R"("amount":4950,"currency":"JPY","card":{"company":"VISA","number":"4242424242424242",)"
      R"("expiry":"2028-12"},"note":"Please leave the parcel at the door of the neighbour, thanks"})";
  return "POST /v1/orders HTTP/1.1\r\nHost: shop.example:8080\r\nUser-Agent: shop/1.0\r\n"
         "Accept: application/json\r\nAuthorization: Bearer k_3F7K9Q2MXW41ABCDEFGHJKMNPQ\r\n"
         "Idempotency-Key: 5b0f1c9e-8f5e-4a7f-9d53-1c2a3b4c5d6e\r\n"
         "Content-Type: application/json\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

struct Parts {
  std::string_view method, target, body;
  std::array<std::string_view, 64> names, values;
  std::size_t fields = 0;
};

void http_parser_takes_an_order_apart(benchmark::State& state) {
  const std::string text = order();
  http_parser_settings settings;
  http_parser_settings_init(&settings);
  const auto parts_of = [](http_parser* parser) { return static_cast<Parts*>(parser->data); };
  static constexpr auto view = [](const char* at, std::size_t size) {
    return std::string_view(at, size);
  };
  static constexpr auto get = parts_of;
  settings.on_url = [](http_parser* parser, const char* at, std::size_t size) {
    get(parser)->target = view(at, size);
    return 0;
  };
  settings.on_header_field = [](http_parser* parser, const char* at, std::size_t size) {
    get(parser)->names[get(parser)->fields] = view(at, size);
    return 0;
  };
  settings.on_header_value = [](http_parser* parser, const char* at, std::size_t size) {
    get(parser)->values[get(parser)->fields++] = view(at, size);
    return 0;
  };
  settings.on_body = [](http_parser* parser, const char* at, std::size_t size) {
    get(parser)->body = view(at, size);
    return 0;
  };
  for (auto _ : state) {
    Parts parts;
    http_parser parser;
    http_parser_init(&parser, HTTP_REQUEST);
    parser.data = &parts;
    if (http_parser_execute(&parser, &settings, text.data(), text.size()) != text.size() ||
        parts.fields != 7) {
      state.SkipWithError("not parsed");
      break;
    }
    benchmark::DoNotOptimize(parts);
  }
}
BENCHMARK(http_parser_takes_an_order_apart);

class BeastParser : public beast::http::basic_parser<true> {
 public:
  explicit BeastParser(Parts& parts) : parts_(parts) {}

 private:
  using View = beast::string_view;
  static std::string_view plain(View view) { return {view.data(), view.size()}; }

  void on_request_impl(beast::http::verb, View method, View target, int,
                       beast::error_code&) override {
    parts_.method = plain(method);
    parts_.target = plain(target);
  }
  void on_response_impl(int, View, int, beast::error_code&) override {}
  void on_field_impl(beast::http::field, View name, View value, beast::error_code&) override {
    parts_.names[parts_.fields] = plain(name);
    parts_.values[parts_.fields++] = plain(value);
  }
  void on_header_impl(beast::error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, beast::error_code&) override {}
  std::size_t on_body_impl(View body, beast::error_code&) override {
    parts_.body = plain(body);
    return body.size();
  }
  void on_chunk_header_impl(std::uint64_t, View, beast::error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, View body, beast::error_code&) override {
    return body.size();
  }
  void on_finish_impl(beast::error_code&) override {}

  Parts& parts_;
};

void beast_takes_an_order_apart(benchmark::State& state) {
  const std::string text = order();
  for (auto _ : state) {
    Parts parts;
    BeastParser parser(parts);
    parser.eager(true);
    beast::error_code error;
    if (parser.put(boost::asio::buffer(text), error) != text.size() || parts.fields != 7) {
      state.SkipWithError("not parsed");
      break;
    }
    benchmark::DoNotOptimize(parts);
  }
}
BENCHMARK(beast_takes_an_order_apart);

}  // namespace

BENCHMARK_MAIN();
