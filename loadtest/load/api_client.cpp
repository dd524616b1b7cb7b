#include "loadtest/load/api_client.hpp"

#include <charconv>
#include <cstring>

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netdb.h>
#include <netinet/in.h>

namespace spillway::loadtest {

struct ApiClient::Handle {
  CURL* curl = curl_easy_init();
  ~Handle() { curl_easy_cleanup(curl); }
};

ApiClient::ApiClient(std::string url) : url_(std::move(url)), handle_(new Handle) {}
ApiClient::~ApiClient() = default;

Result<ApiClient::Answer> ApiClient::get(const std::string& path, const std::string& key,
                                         Duration patience) {
  return send("GET", path, key, "", patience);
}

Result<ApiClient::Answer> ApiClient::send(const std::string& method, const std::string& path,
                                          const std::string& key, const std::string& body,
                                          Duration patience) {
  CURL* const curl = handle_->curl;
  if (curl == nullptr) return Error{"libcurl cannot be used"};
  Answer answer;
  const std::string url = url_ + path;
  const std::string authorization = "Authorization: Bearer " + key;
  curl_slist* headers = key.empty() ? nullptr : curl_slist_append(nullptr, authorization.c_str());
  if (!body.empty()) headers = curl_slist_append(headers, "Content-Type: application/json");
  using Take = std::size_t (*)(char*, std::size_t, std::size_t, std::string*);
  const Take take = [](char* bytes, std::size_t size, std::size_t count, std::string* to) {
    to->append(bytes, size * count);
    return size * count;
  };
  const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(patience).count();
  curl_easy_reset(curl);  // but its connection
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method.c_str());
  if (!body.empty() || method != "GET") {
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size()));
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.c_str());
  }
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(milliseconds));
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer.body);
  curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
  const CURLcode code = curl_easy_perform(curl);
  curl_slist_free_all(headers);
  if (code != CURLE_OK) return Error{url + ": " + curl_easy_strerror(code)};
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  answer.status = static_cast<int>(status);
  return answer;
}

namespace {

bool is_private(const sockaddr* address) {
  if (address->sa_family == AF_INET) {
    const std::uint32_t ip = ntohl(reinterpret_cast<const sockaddr_in*>(address)->sin_addr.s_addr);
    return ip >> 24U == 127 || ip >> 24U == 10 || ip >> 20U == 0xAC1 || ip >> 16U == 0xC0A8 ||
           ip >> 16U == 0xA9FE;
  }
  const in6_addr& ip = reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr;
  return IN6_IS_ADDR_LOOPBACK(&ip) || IN6_IS_ADDR_LINKLOCAL(&ip) || (ip.s6_addr[0] & 0xFEU) == 0xFC;
}

struct HostPort {
  std::string host;
  std::uint16_t port = 80;
};

Result<HostPort> split(const std::string& url) {
  constexpr std::string_view scheme = "http://";
  std::string_view rest = url;
  if (!rest.starts_with(scheme)) return Error{url + ": must be like http://127.0.0.1:8080"};
  rest.remove_prefix(scheme.size());
  if (rest.ends_with('/')) rest.remove_suffix(1);
  HostPort found;
  const bool bracketed = rest.starts_with('[');
  const std::size_t host_end = bracketed ? rest.find(']') : rest.find(':');
  if (bracketed && host_end == std::string_view::npos) return Error{url + ": has no ]"};
  found.host = bracketed ? rest.substr(1, host_end - 1) : rest.substr(0, host_end);
  const std::size_t colon = rest.find(':', bracketed ? host_end : 0);
  if (colon != std::string_view::npos) {
    const std::string_view port = rest.substr(colon + 1);
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), found.port);
    if (error != std::errc() || end != port.data() + port.size() || found.port == 0) {
      return Error{url + ": has a port that is none"};
    }
  }
  if (found.host.empty() || found.host.find('/') != std::string::npos) {
    return Error{url + ": must be like http://127.0.0.1:8080, without a path"};
  }
  return found;
}

}  // namespace

Result<Target> find_target(const std::string& url, bool any_address) {
  const auto place = split(url);
  if (!place) return place.error();
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int failed =
      ::getaddrinfo(place->host.c_str(), std::to_string(place->port).c_str(), &wanted, &found);
  if (failed != 0) return Error{place->host + " cannot be found: " + ::gai_strerror(failed)};
  Target target;
  char text[INET6_ADDRSTRLEN] = "";
  ::getnameinfo(found->ai_addr, found->ai_addrlen, text, sizeof(text), nullptr, 0, NI_NUMERICHOST);
  const bool allowed = any_address || is_private(found->ai_addr);
  ::freeaddrinfo(found);
  target.address = text;
  target.port = place->port;
  const bool six = place->host.find(':') != std::string::npos;
  target.host = (six ? "[" + place->host + "]" : place->host) + ":" + std::to_string(place->port);
  target.url = "http://" + target.host;
  if (!allowed) {
    return Error{target.host + " is " + target.address +
                 ", neither this machine nor a private network; whoever owns it says so with "
                 "--i-own-this-target"};
  }
  return target;
}

}  // namespace spillway::loadtest
