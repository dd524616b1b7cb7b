// Who may ask, and the way of all that goes to a ControlBackend.
#include <array>

#include <sodium.h>

#include "engine/base/byte_view.hpp"
#include "net/api/common/client_address.hpp"
#include "net/api/routing/order_api_parts.hpp"

namespace spillway::net {

namespace {

bool has_body(HttpMethod method) {
  return method == HttpMethod::post || method == HttpMethod::put || method == HttpMethod::patch;
}

constexpr std::array<HttpHeader, 1> challenge{{{"WWW-Authenticate", "Bearer"}}};

std::string_view sentence_for(Audience audience) {
  switch (audience) {
    case Audience::shop:
    case Audience::shop_or_operators:
      return "A shop's API key is needed: Authorization: Bearer KEY.";
    case Audience::member:
      return "A member's session is needed: log in first.";
    case Audience::shop_or_member:
      return "A member's session or a shop's API key is needed.";
    default:
      return "An operator's key is needed: Authorization: Bearer KEY.";
  }
}

std::string_view bearer_token(std::string_view authorization) {
  constexpr std::string_view scheme = "Bearer ";
  if (!equal_ignoring_case(authorization.substr(0, scheme.size()), scheme)) return {};
  return authorization.substr(scheme.size());
}

// Parts are told apart by their lengths.
void hash_part(crypto_generichash_state& state, std::string_view part) {
  const std::uint64_t size = part.size();
  crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(&size), sizeof size);
  crypto_generichash_update(&state, bytes_of(part), part.size());
}

RepeatableRequest repeatable(const HttpRequest& request, std::string_view authorization,
                             std::string_view key, const ControlRequest& asked) {
  RepeatableRequest repeat;
  repeat.ticket = asked.ticket;
  repeat.name = std::to_string(asked.shop.value);  // 0: the operators'
  repeat.name.append(1, '\0').append(request.path).append(1, '\0').append(key);
  repeat.credential = asked.key_id;
  crypto_generichash_state state;
  crypto_generichash_init(&state, nullptr, 0, repeat.secret.size());
  hash_part(state, repeat.name);
  hash_part(state, authorization.substr(authorization.rfind(' ') + 1));
  hash_part(state, request.body);
  crypto_generichash_final(&state, repeat.secret.data(), repeat.secret.size());
  sodium_memzero(&state, sizeof state);
  return repeat;
}

}  // namespace

bool OrderApi::take_key(Call& call, const ApiKeys& keys) {
  call.key = keys.identify(call.fields.authorization.value_or(""));
  return call.key.has_value();
}

bool OrderApi::take_session(Call& call) {
  const std::string_view token = bearer_token(call.fields.authorization.value_or(""));
  call.session =
      token.empty() ? find_cookie(call.request.find("Cookie").value_or(""), session_cookie) : token;
  return !call.session.empty();
}

bool OrderApi::admit(Call& call) {
  call.fields = read_api_fields(call.request.headers);
  if (!call.fields.doubled.empty()) {
    call.loop.writer.write_problem(
        call.ticket, 400, std::string(call.fields.doubled) + " stands twice in the request.");
    return false;
  }
  const Audience audience = call.matched.route->audience;
  const ApiKeys& shops = call.loop.shops->keys;
  const auto take_operator = [&] {
    call.of_operator = take_key(call, options_.operators);
    return call.of_operator;
  };
  bool is_in = false;
  switch (audience) {
    case Audience::everybody:
      if (!take_key(call, shops)) take_session(call);
      is_in = true;
      break;
    case Audience::shop:
      is_in = take_key(call, shops);
      break;
    case Audience::operators:
      is_in = take_operator();
      break;
    case Audience::member:
      is_in = take_session(call);
      break;
    case Audience::shop_or_member:
      is_in = take_key(call, shops) || take_session(call);
      break;
    case Audience::shop_or_operators: {
      const bool looks = (methods::get & method_bit(call.request.method)) != 0;
      is_in = take_key(call, shops) || (looks && take_operator());
      break;
    }
  }
  if (!is_in) call.loop.writer.write_problem(call.ticket, 401, sentence_for(audience), challenge);
  return is_in;
}

void OrderApi::control(const Call& call) {
  const HttpRequest& request = call.request;
  const Route& route = *call.matched.route;
  ControlRequest asked;
  asked.route = route.id;
  asked.destination = route.destination;
  asked.method = request.method == HttpMethod::head ? HttpMethod::get : request.method;
  asked.ticket = call.ticket;
  asked.shop = call.shop();
  if (call.key) asked.key_id = call.key->id();
  asked.session = call.session;
  if (answer_repeat(call, asked)) return;
  if (!take_body(call, asked)) {
    if (options_.repeats != nullptr) options_.repeats->forget(call.ticket);
    return;
  }
  if (route.wants_client) asked.client = client_of(call);
  asked.names.assign(call.matched.name.begin(),
                     call.matched.name.begin() + static_cast<std::ptrdiff_t>(call.matched.names));
  asked.query = request.query;
  options_.control->handle(std::move(asked));
}

std::string OrderApi::client_of(const Call& call) const {
  // Of several such fields the last: each proxy adds its own behind those that came.
  std::optional<std::string_view> forwarded_for;
  for (const HttpHeader& header : call.request.headers)
    if (equal_ignoring_case(header.name, "X-Forwarded-For")) forwarded_for = header.value;
  return client_address(server_->peer_address(call.ticket), call.shop().value != 0, forwarded_for);
}

// A log-in is none: whose it is only its password says, and that is asked each time.
bool OrderApi::answer_repeat(const Call& call, const ControlRequest& asked) {
  if (options_.repeats == nullptr || asked.method != HttpMethod::post || asked.key_id.empty() ||
      call.matched.route->audience == Audience::everybody || !call.fields.idempotency_key)
    return false;
  const auto key = idempotency_key_of(*call.fields.idempotency_key);
  if (!key) {
    call.loop.writer.write_problem(call.ticket, 400, idempotency_key_must_be);
    return true;
  }
  const auto answer = options_.repeats->begin(
      repeatable(call.request, call.fields.authorization.value_or(""), *key, asked));
  if (answer) call.loop.writer.write(*answer);
  return answer.has_value();
}

bool OrderApi::take_body(const Call& call, ControlRequest& asked) {
  const Route& route = *call.matched.route;
  const std::string_view body = call.request.body;
  if (!has_body(asked.method)) return true;
  if (body.size() > route.body_max) {
    call.loop.writer.write_problem(
        call.ticket, 413, "The body is longer than " + std::to_string(route.body_max) + " bytes.");
    return false;
  }
  if (!body.empty() && !check_content_type(call)) return false;
  if (route.read_body == nullptr) {
    asked.body = body;
    return true;
  }
  auto content = route.read_body(call.loop.json, asked.method, body);
  call.loop.json.wipe();
  if (!content) {
    call.loop.writer.write_refusal(call.ticket, content.error());
    return false;
  }
  asked.content = std::move(*content);
  return true;
}

}  // namespace spillway::net
