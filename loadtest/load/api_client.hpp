// Asks the engine's API one thing at a time: for what is asked seldom or when the load is over. The
// load itself goes through the Sender.
//
// Threads: one.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "engine/base/result.hpp"
#include "engine/base/time.hpp"

namespace spillway::loadtest {

class ApiClient {
 public:
  explicit ApiClient(std::string url);
  ~ApiClient();
  const std::string& url() const { return url_; }

  ApiClient(const ApiClient&) = delete;
  ApiClient& operator=(const ApiClient&) = delete;

  struct Answer {
    int status = 0;
    std::string body;
  };
  // `path` begins with '/'; `key` may be empty. The error is a sentence: what was asked and why
  // there is no answer.
  Result<Answer> get(const std::string& path, const std::string& key, Duration patience);
  // `body` is JSON; empty: none.
  Result<Answer> send(const std::string& method, const std::string& path, const std::string& key,
                      const std::string& body, Duration patience);

 private:
  struct Handle;
  const std::string url_;
  std::unique_ptr<Handle> handle_;
};

// Where a target is.
struct Target {
  std::string url;      // without a path
  std::string host;     // as in the Host field, with the port
  std::string address;  // numeric
  std::uint16_t port = 0;
};

// Resolves "http://HOST[:PORT]". Refuses an address that is neither loopback nor private (RFC 1918,
// RFC 4193, link-local) unless `any_address`: a load test of somebody else's machine is an attack.
Result<Target> find_target(const std::string& url, bool any_address);

}  // namespace spillway::loadtest
