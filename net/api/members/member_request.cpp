#include "net/api/members/member_request.hpp"

#include <array>
#include <utility>

#include "engine/account/limits.hpp"
#include "net/mail/mail_address.hpp"

namespace spillway::net {

namespace {

constexpr Place top{""};
// Whether a day has come is for the backend to say, who knows the day.
constexpr std::chrono::sys_days latest_day{std::chrono::year(9999) / 12 / 31};

// Reads one request's object and its fields.
class MemberReader {
 public:
  explicit MemberReader(JsonReader& json) : json_(json), fields_(json) {}

  FieldReader& fields() { return fields_; }

  // Calls `on_field(index)`; unknown fields are passed over. Nothing when all is well.
  template <std::size_t count, class OnField>
  std::optional<Refusal> read(std::string_view body,
                              const std::array<std::string_view, count>& names,
                              std::uint32_t required, OnField&& on_field) {
    if (!json_.open(body)) return not_json(json_.fault());
    if (json_.kind() != JsonKind::object && json_.kind() != JsonKind::nothing)
      return Refusal{400, "The body must be a JSON object.", {}};
    std::uint32_t seen = 0;
    const auto each = [&](std::size_t index, std::string_view name) {
      return index < count ? on_field(index) : skip_unknown(json_, fields_, top, name);
    };
    if (!fields_.read_fields(top, names, required, seen, each) || !json_.finish())
      return not_json(json_.fault());
    return refusal();
  }

  std::optional<Refusal> refusal() {
    if (fields_.errors().empty()) return std::nullopt;
    return Refusal{422, "Some fields are not as they must be.", std::move(fields_.errors())};
  }

  // A text that `check` holds good; the error says what it must be.
  template <class Check>
  bool text(std::string_view name, std::size_t size_max, Check check, const char* must,
            std::optional<std::string>& out) {
    std::string_view read;
    if (!fields_.read_text(top, name, size_max, read)) return false;
    if (!read.empty()) take(name, read, check, must, out);
    return true;
  }

  // The same for a part that need not be there: an empty text takes it away.
  template <class Check>
  bool optional_text(std::string_view name, std::size_t size_max, Check check, const char* must,
                     std::optional<std::string>& out) {
    if (json_.kind() != JsonKind::text) return text(name, size_max, check, must, out);
    std::string_view read;
    std::string_view good;
    if (!json_.read_text(read)) return false;
    if (read.empty()) {
      out.emplace();
      return true;
    }
    fields_.check_text(top, name, size_max, read, good);
    if (!good.empty()) take(name, good, check, must, out);
    return true;
  }

  // That becomes the member's.
  bool chosen_password(std::string_view name, std::optional<Password>& out) {
    std::optional<GivenPassword> given;
    if (!password(name, given)) return false;
    if (!given) return true;
    const PasswordFlaw flaw = password_flaw(given->password.view(), {}, {});
    if (flaw == PasswordFlaw::none)
      out = given->password;
    else
      fields_.add_error(top, name, std::string(to_text(flaw)));
    return true;
  }

  bool password(std::string_view name, std::optional<GivenPassword>& out) {
    if (json_.kind() != JsonKind::text) {
      fields_.add_error(top, name, "must be a text");
      return json_.skip();
    }
    std::string_view read;
    if (!json_.read_text(read)) return false;
    out = given_password(read);
    if (!out) fields_.add_error(top, name, std::string(to_text(PasswordFlaw::long_)));
    return true;
  }

 private:
  template <class Check>
  void take(std::string_view name, std::string_view read, Check check, const char* must,
            std::optional<std::string>& out) {
    if (check(read))
      out = read;
    else
      fields_.add_error(top, name, must);
  }

  JsonReader& json_;
  FieldReader fields_;
};

constexpr std::array<std::string_view, 6> member_fields{"name",      "email",         "address",
                                                        "telephone", "date_of_birth", "password"};
constexpr std::size_t password_field = 5;

bool any(std::string_view) {
  return true;
}

// The profile's fields, `index` being the place in `member_fields`.
bool read_profile_field(MemberReader& reader, std::size_t index, MemberChange& change) {
  switch (index) {
    case 0:
      return reader.text("name", limits::buyer_name_max, any, "", change.name);
    case 1:
      return reader.text("email", limits::mail_address_max, is_mail_address,
                         "must be a mail address like name@shop.example", change.email);
    case 2:
      return reader.optional_text("address", limits::member_address_max, any, "", change.address);
    case 3:
      return reader.optional_text("telephone", limits::telephone_max, is_telephone,
                                  "must be a telephone number like +81 3-1234-5678",
                                  change.telephone);
    default:
      return reader.optional_text(
          "date_of_birth", 32,
          [](std::string_view text) { return is_date_of_birth(text, latest_day); },
          "must be a real day like 1990-02-28, not before 1900", change.date_of_birth);
  }
}

template <class Body>
ReadControlBody done(std::shared_ptr<Body> body) {
  return std::shared_ptr<ControlBody>(std::move(body));
}

}  // namespace

ReadControlBody read_member_registration(JsonReader& json, HttpMethod, std::string_view body) {
  MemberReader reader(json);
  auto registration = std::make_shared<MemberRegistration>();
  MemberChange given;
  constexpr std::uint32_t required = 3;  // name and mail address
  auto refusal = reader.read(body, member_fields, required, [&](std::size_t index) {
    if (index == password_field) return reader.chosen_password("password", registration->password);
    return read_profile_field(reader, index, given);
  });
  if (!refusal && registration->password) {
    const PasswordFlaw flaw =
        password_flaw(registration->password->view(), {},
                      {given.name.value_or(""), given.email.value_or(""), {}, {}, {}});
    if (flaw != PasswordFlaw::none)
      reader.fields().add_error(top, "password", std::string(to_text(flaw)));
    refusal = reader.refusal();
  }
  if (refusal) return *refusal;
  registration->profile = {given.name.value_or(""), given.email.value_or(""),
                           given.address.value_or(""), given.telephone.value_or(""),
                           given.date_of_birth.value_or("")};
  return done(std::move(registration));
}

ReadControlBody read_member_change(JsonReader& json, HttpMethod, std::string_view body) {
  static constexpr std::array<std::string_view, 5> names{"name", "email", "address", "telephone",
                                                         "date_of_birth"};
  MemberReader reader(json);
  auto change = std::make_shared<MemberChange>();
  const auto refusal = reader.read(body, names, 0, [&](std::size_t index) {
    return read_profile_field(reader, index, *change);
  });
  if (refusal) return *refusal;
  return done(std::move(change));
}

ReadControlBody read_member_card(JsonReader& json, HttpMethod, std::string_view body) {
  auto card = std::make_shared<MemberCard>();
  if (!json.open(body)) return not_json(json.fault());
  if (json.kind() != JsonKind::object && json.kind() != JsonKind::nothing)
    return Refusal{400, "The body must be a JSON object.", {}};
  FieldReader fields(json);
  if (!read_card(json, fields, top, CardExpiry{}, card->card) || !json.finish())
    return not_json(json.fault());
  if (!fields.errors().empty())
    return Refusal{422, "Some fields are not as they must be.", std::move(fields.errors())};
  return done(std::move(card));
}

ReadControlBody read_member_login(JsonReader& json, HttpMethod, std::string_view body) {
  static constexpr std::array<std::string_view, 1> names{"password"};
  MemberReader reader(json);
  std::optional<GivenPassword> password;
  const auto refusal = reader.read(
      body, names, 1, [&](std::size_t) { return reader.password("password", password); });
  if (refusal) return *refusal;
  auto login = std::make_shared<MemberLogin>();
  login->password = *password;
  return done(std::move(login));
}

ReadControlBody read_password_change(JsonReader& json, HttpMethod, std::string_view body) {
  static constexpr std::array<std::string_view, 2> names{"current", "new"};
  auto change = std::make_shared<PasswordChange>();
  if (body.empty()) return done(std::move(change));
  MemberReader reader(json);
  const auto refusal = reader.read(body, names, 0, [&](std::size_t index) {
    return index == 0 ? reader.password("current", change->current)
                      : reader.chosen_password("new", change->wanted);
  });
  if (refusal) return *refusal;
  return done(std::move(change));
}

}  // namespace spillway::net
