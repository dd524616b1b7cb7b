#include "actors/commands/asking/operator_client.hpp"

#include <cstdlib>
#include <memory>

#include <curl/curl.h>
#include <nlohmann/json.hpp>

#include "actors/commands/asking/exit_code.hpp"
#include "engine/base/invariants.hpp"

namespace spillway::actors {

namespace {

constexpr std::size_t answer_size_max = 16 << 20;
constexpr long time_max_s = 10;

std::size_t take(char* bytes, std::size_t, std::size_t count, void* answer) {
  auto& text = *static_cast<std::string*>(answer);
  if (text.size() + count > answer_size_max) return 0;  // makes the transfer fail
  text.append(bytes, count);
  return count;
}

// "The shop has fields that are wrong. /name: must not be empty"
std::string sentence_of(const OperatorAnswer& answer) {
  if (answer.status == 401) return "the key in SPILLWAY_KEY is not an operator's";
  const auto problem = nlohmann::json::parse(answer.body, nullptr, /*allow_exceptions=*/false);
  if (!problem.is_object() || !problem.contains("detail") || !problem["detail"].is_string())
    return "it answered with " + std::to_string(answer.status);
  std::string sentence = problem["detail"].get<std::string>();
  if (!problem.contains("errors") || !problem["errors"].is_array()) return sentence;
  for (const auto& error : problem["errors"])
    sentence += " " + error.value("pointer", "") + ": " + error.value("detail", "") + ".";
  return sentence;
}

}  // namespace

Result<std::string> operator_key() {
  const char* key = std::getenv("SPILLWAY_KEY");
  if (key == nullptr || *key == '\0')
    return Error{"the environment must hold the operator's key as SPILLWAY_KEY"};
  return std::string(key);
}

Result<OperatorAnswer> ask_as_operator(const std::string& url, const std::string& key,
                                       const std::string& method, const std::string& path,
                                       const std::string& body) {
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> request(curl_easy_init(),
                                                                    curl_easy_cleanup);
  SPILLWAY_CHECK(request != nullptr, "libcurl could not be set up");
  const std::string address = (url.ends_with('/') ? url.substr(0, url.size() - 1) : url) + path;
  const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> fields(
      curl_slist_append(nullptr, "Content-Type: application/json"), curl_slist_free_all);
  OperatorAnswer answer;
  curl_easy_setopt(request.get(), CURLOPT_URL, address.c_str());
  curl_easy_setopt(request.get(), CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(request.get(), CURLOPT_HTTPAUTH, CURLAUTH_BEARER);
  curl_easy_setopt(request.get(), CURLOPT_XOAUTH2_BEARER, key.c_str());
  curl_easy_setopt(request.get(), CURLOPT_TIMEOUT, time_max_s);
  curl_easy_setopt(request.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(request.get(), CURLOPT_WRITEFUNCTION, take);
  curl_easy_setopt(request.get(), CURLOPT_WRITEDATA, &answer.body);
  if (method != "GET") {
    curl_easy_setopt(request.get(), CURLOPT_HTTPHEADER, fields.get());
    curl_easy_setopt(request.get(), CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size()));
    curl_easy_setopt(request.get(), CURLOPT_COPYPOSTFIELDS, body.c_str());
    curl_easy_setopt(request.get(), CURLOPT_CUSTOMREQUEST, method.c_str());
  }
  if (const CURLcode failed = curl_easy_perform(request.get()); failed != CURLE_OK)
    return Error{url + ": " + curl_easy_strerror(failed)};
  curl_easy_getinfo(request.get(), CURLINFO_RESPONSE_CODE, &answer.status);
  if (answer.status >= 400 || answer.status < 200) return Error{url + ": " + sentence_of(answer)};
  return answer;
}

}  // namespace spillway::actors
