#include <memory>

#include <curl/curl.h>

#include "actors/status.hpp"

namespace spillway::actors {

namespace {

constexpr std::size_t answer_size_max = 1 << 20;
constexpr long time_max_s = 10;

std::size_t take(char* bytes, std::size_t, std::size_t count, void* answer) {
  auto& text = *static_cast<std::string*>(answer);
  if (text.size() + count > answer_size_max) return 0;  // makes the transfer fail
  text.append(bytes, count);
  return count;
}

std::string sentence_of(long code) {
  if (code == 401) return "the key in SPILLWAY_KEY is not an operator's";
  return "it answered with " + std::to_string(code);
}

}  // namespace

Result<std::string> fetch_status(const std::string& url, const std::string& key) {
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> request(curl_easy_init(),
                                                                    curl_easy_cleanup);
  SPILLWAY_CHECK(request != nullptr, "libcurl could not be set up");
  const std::string address = url + (url.ends_with('/') ? "v1/status" : "/v1/status");
  std::string answer;
  curl_easy_setopt(request.get(), CURLOPT_URL, address.c_str());
  curl_easy_setopt(request.get(), CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(request.get(), CURLOPT_HTTPAUTH, CURLAUTH_BEARER);
  curl_easy_setopt(request.get(), CURLOPT_XOAUTH2_BEARER, key.c_str());
  curl_easy_setopt(request.get(), CURLOPT_TIMEOUT, time_max_s);
  curl_easy_setopt(request.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(request.get(), CURLOPT_WRITEFUNCTION, take);
  curl_easy_setopt(request.get(), CURLOPT_WRITEDATA, &answer);
  if (const CURLcode failed = curl_easy_perform(request.get()); failed != CURLE_OK) {
    return Error{url + ": " + curl_easy_strerror(failed)};
  }
  long code = 0;
  curl_easy_getinfo(request.get(), CURLINFO_RESPONSE_CODE, &code);
  if (code != 200) return Error{url + ": " + sentence_of(code)};
  return answer;
}

}  // namespace spillway::actors
