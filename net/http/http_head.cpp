#include "net/http/http_head.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>

#include "engine/base/characters.hpp"

namespace spillway::net {
namespace {

namespace beast = boost::beast;

constexpr HttpFailure malformed_request_line = {400, "The request line is malformed."};
constexpr HttpFailure malformed_field = {400, "A header field is malformed."};
constexpr HttpFailure version_not_supported = {505, "Only HTTP/1.0 and HTTP/1.1 are spoken here."};
constexpr HttpFailure too_many_fields = {431, "There are too many header fields."};

class HeadParser : public beast::http::basic_parser<true> {
 public:
  HeadParser(HttpHead& head, std::size_t header_fields_max)
      : head_(head), fields_max_(header_fields_max) {
    header_limit(std::numeric_limits<std::uint32_t>::max());  // HttpParser holds the limits
    body_limit(std::numeric_limits<std::uint64_t>::max());
  }

  bool has_too_many_fields() const { return too_many_; }
  bool has_request_line() const { return request_line_; }

 private:
  using View = beast::string_view;
  static std::string_view plain(View view) { return {view.data(), view.size()}; }

  void on_request_impl(beast::http::verb, View method, View target, int version,
                       beast::error_code&) override {
    request_line_ = true;
    head_.method_name = plain(method);
    head_.target = plain(target);
    head_.version_minor = version == 10 ? 0 : 1;
  }
  void on_field_impl(beast::http::field, View name, View value, beast::error_code& error) override {
    too_many_ = head_.headers.size() == fields_max_;
    if (too_many_) {
      error = beast::http::error::header_limit;
      return;
    }
    head_.headers.push_back({plain(name), plain(value)});
  }
  void on_response_impl(int, View, int, beast::error_code&) override {}
  void on_header_impl(beast::error_code&) override {}
  void on_finish_impl(beast::error_code&) override {}
  // The body is not given to this parser.
  void on_body_init_impl(const boost::optional<std::uint64_t>&, beast::error_code&) override {}
  std::size_t on_body_impl(View body, beast::error_code&) override { return body.size(); }
  void on_chunk_header_impl(std::uint64_t, View, beast::error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, View body, beast::error_code&) override {
    return body.size();
  }

  HttpHead& head_;
  std::size_t fields_max_;
  bool too_many_ = false;
  bool request_line_ = false;
};

HttpMethod method_of(std::string_view name) {
  struct Method {
    std::string_view name;
    HttpMethod method;
  };
  static constexpr std::array methods = {
      Method{"POST", HttpMethod::post},      Method{"GET", HttpMethod::get},
      Method{"HEAD", HttpMethod::head},      Method{"PUT", HttpMethod::put},
      Method{"PATCH", HttpMethod::patch},    Method{"DELETE", HttpMethod::delete_},
      Method{"OPTIONS", HttpMethod::options}};
  for (const Method& method : methods) {
    if (method.name == name) return method.method;
  }
  return HttpMethod::other;
}

// "… HTTP/2.0": a version, though not one of ours.
bool ends_in_another_version(std::string_view line) {
  constexpr std::string_view form = " HTTP/d.d";
  if (line.size() < form.size() || line.ends_with("/1.0") || line.ends_with("/1.1")) return false;
  line.remove_prefix(line.size() - form.size());
  return std::equal(form.begin(), form.end(), line.begin(),
                    [](char wanted, char c) { return wanted == 'd' ? is_digit(c) : c == wanted; });
}

bool is_target_character(char c) {
  return c > 0x20 && c < 0x7f && c != '#';
}

bool is_host(std::string_view value) {
  static constexpr std::string_view others = "-._~%!$&'()*+;=:[]";  // RFC 3986 3.2.2, 3.2.3
  return !value.empty() && std::all_of(value.begin(), value.end(), [](char c) {
    return is_letter_or_digit(c) || others.find(c) != std::string_view::npos;
  });
}

// Origin-form, absolute-form or asterisk-form (RFC 9112 3.2). The host of the absolute-form is left
// aside: this server has one set of pages for all of its names.
HttpFailure split_target(HttpHead& head) {
  constexpr HttpFailure malformed = {400, "The request target is malformed."};
  std::string_view rest = head.target;
  if (head.method_name == "CONNECT") return {501, "CONNECT is not served here."};
  if (!std::all_of(rest.begin(), rest.end(), is_target_character)) return malformed;
  if (rest == "*") {
    if (head.method != HttpMethod::options) return malformed;
  } else if (!rest.starts_with('/')) {
    const std::size_t scheme_end = rest.find("://");
    if (scheme_end == std::string_view::npos) return malformed;
    const std::string_view scheme = rest.substr(0, scheme_end);
    if (!equal_ignoring_case(scheme, "http") && !equal_ignoring_case(scheme, "https")) {
      return malformed;
    }
    rest.remove_prefix(scheme_end + 3);
    const std::size_t authority_end = std::min(rest.find_first_of("/?"), rest.size());
    if (!is_host(rest.substr(0, authority_end))) return malformed;  // nor a user before it
    rest.remove_prefix(authority_end);
  }
  const std::size_t question = rest.find('?');
  head.path = rest.substr(0, question);
  head.query = question == std::string_view::npos ? std::string_view() : rest.substr(question + 1);
  if (head.path.empty()) head.path = "/";
  return {};
}

// Calls `take` with each element of a comma-separated list (RFC 9110 5.6.1).
template <class Take>
void for_each_element(std::string_view list, Take take) {
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    std::string_view element = list.substr(0, comma);
    while (!element.empty() && (element.front() == ' ' || element.front() == '\t')) {
      element.remove_prefix(1);
    }
    while (!element.empty() && (element.back() == ' ' || element.back() == '\t')) {
      element.remove_suffix(1);
    }
    if (!element.empty()) take(element);
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
}

// What the fields say about the message itself.
struct Framing {
  int hosts = 0;
  int content_lengths = 0;
  int transfer_encodings = 0;
  bool close = false;
  bool keep_alive = false;
};

// A tab beside a value is white space (RFC 9110 5.5), but not to every reader: nginx takes it for a
// part of the value. Beside what says where the body ends that would be two readings.
bool has_tab_beside(std::string_view value) {
  const char* before = value.data() - 1;  // the head goes on to both sides
  const char* after = value.data() + value.size();
  while (*before == ' ') --before;
  while (*after == ' ') ++after;
  return *before == '\t' || *after == '\t';
}

HttpFailure read_field(const HttpHeader& field, HttpHead& head, Framing& framing) {
  const auto named = [&](std::string_view name) { return equal_ignoring_case(field.name, name); };
  switch (field.name.size()) {  // spares most fields all comparisons
    case 4:
      if (named("host")) {
        ++framing.hosts;
        if (!is_host(field.value)) return {400, "The Host field is malformed."};
      }
      break;
    case 6:
      if (named("expect")) {
        if (!equal_ignoring_case(field.value, "100-continue")) {
          return {417, "Only 100-continue can be expected."};
        }
        head.expects_continue = true;
      }
      break;
    case 10:
      if (named("connection")) {
        for_each_element(field.value, [&](std::string_view option) {
          framing.close |= equal_ignoring_case(option, "close");
          framing.keep_alive |= equal_ignoring_case(option, "keep-alive");
        });
      }
      break;
    case 14:
      if (named("content-length")) {
        ++framing.content_lengths;
        const char* end = field.value.data() + field.value.size();
        const auto [stop, error] = std::from_chars(field.value.data(), end, head.content_length);
        if (error != std::errc() || stop != end || has_tab_beside(field.value)) {
          return {400, "Content-Length is malformed."};
        }
      }
      break;
    case 17:
      if (named("transfer-encoding")) {
        ++framing.transfer_encodings;
        head.chunked = equal_ignoring_case(field.value, "chunked");
        if (head.chunked && has_tab_beside(field.value)) {
          return {400, "Transfer-Encoding is malformed."};
        }
      }
      break;
    default:
      break;
  }
  return {};
}

// RFC 9112 3.2, 6.1, 6.3; what a proxy in front could read otherwise is refused, not repaired.
HttpFailure check_framing(const Framing& framing, HttpHead& head) {
  const bool is_1_1 = head.version_minor == 1;
  if (framing.hosts > 1) return {400, "There is more than one Host field."};
  if (is_1_1 && framing.hosts == 0) return {400, "The Host field is missing."};
  if (framing.content_lengths > 1) return {400, "There is more than one Content-Length."};
  if (framing.transfer_encodings > 1) return {400, "There is more than one Transfer-Encoding."};
  if (framing.transfer_encodings == 1) {
    if (framing.content_lengths == 1) {
      return {400, "Content-Length and Transfer-Encoding exclude each other."};
    }
    if (!is_1_1) return {400, "HTTP/1.0 has no Transfer-Encoding."};
    if (!head.chunked) return {501, "The only Transfer-Encoding served here is chunked."};
  }
  head.keep_alive = !framing.close && (is_1_1 || framing.keep_alive);
  head.expects_continue = head.expects_continue && is_1_1;
  return {};
}

}  // namespace

bool is_token(std::string_view text) {
  static constexpr std::string_view others = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return is_letter_or_digit(c) || others.find(c) != std::string_view::npos;
  });
}

HttpFailure parse_head(std::string_view bytes, std::size_t header_fields_max, HttpHead& head) {
  head.headers.clear();
  head.expects_continue = false;
  head.chunked = false;
  head.content_length = 0;
  HeadParser parser(head, header_fields_max);
  beast::error_code error;
  const std::size_t used = parser.put(boost::asio::buffer(bytes.data(), bytes.size()), error);
  if (parser.has_too_many_fields()) return too_many_fields;
  if (!parser.has_request_line()) {
    return ends_in_another_version(bytes.substr(0, bytes.find('\r'))) &&
                   error == beast::http::error::bad_version
               ? version_not_supported
               : malformed_request_line;
  }
  // Beast reads the lengths itself and would refuse some with an error of its own, before or after
  // ours; a malformed field is 400 in any case.
  if (error || used != bytes.size() || !parser.is_header_done()) return malformed_field;

  head.method = method_of(head.method_name);
  if (const HttpFailure failure = split_target(head)) return failure;
  Framing framing;
  for (const HttpHeader& field : head.headers) {
    if (const HttpFailure failure = read_field(field, head, framing)) return failure;
  }
  return check_framing(framing, head);
}

}  // namespace spillway::net
