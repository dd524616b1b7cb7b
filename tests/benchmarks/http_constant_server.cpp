// The HTTP server with nothing behind it: every request is answered 202 from the handler. Against
// nginx doing the same it shows what the server itself costs: http_constant.sh runs both.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "net/http/http_date.hpp"
#include "net/server/http_server.hpp"

namespace {

using namespace spillway::net;

class ConstantHandler : public HttpHandler {
 public:
  void on_request(const HttpRequest&, Ticket ticket) override {
    constexpr std::string_view body =
        R"({"order":"3F7K-9Q2M-XW41","status":"received","message":"Your order has been received"})";
    constexpr HttpHeader location = {"Location", "/v1/orders/3F7K-9Q2M-XW41"};
    server->answer(ticket, 202, "application/json", std::span(&location, 1), body);
  }
  void on_turn_end(std::uint32_t) override {}

  HttpServer* server = nullptr;
};

}  // namespace

int main(int count, char** arguments) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  ConstantHandler handler;
  HttpServerOptions options;
  options.port = count > 1 ? static_cast<std::uint16_t>(std::atoi(arguments[1])) : 18202;
  options.loops = count > 2 ? static_cast<std::uint32_t>(std::atoi(arguments[2])) : 1;
  HttpServer server(options, handler);
  handler.server = &server;
  if (const auto started = server.start(); !started) {
    std::fprintf(stderr, "%s\n", started.error().message.c_str());
    return EXIT_FAILURE;
  }
  int signal = 0;
  sigwait(&signals, &signal);
  server.stop();
}
