#include "net/api/members/member_json.hpp"

#include <cstdio>

#include "net/api/common/order_json.hpp"

namespace spillway::net {

namespace {

void append_field(std::string& out, std::string_view name, std::string_view text) {
  out.append(out.empty() ? "{\"" : ",\"").append(name).append("\":");
  append_json_text(out, text);
}

void append_time(std::string& out, std::string_view name, Timestamp time) {
  out.append(",\"").append(name).append("\":\"");
  append_timestamp(out, time);
  out.append("\"");
}

void append_card(std::string& out, const std::optional<MemberView::Card>& card) {
  if (!card) {
    out.append(R"(,"card":null)");
    return;
  }
  char expiry[16];
  std::snprintf(expiry, sizeof expiry, "%04u-%02u", card->expiry.year, card->expiry.month);
  out.append(R"(,"card":{"company":")").append(to_text(card->card.company));
  out.append(R"(","last_four":")").append(card->card.last_four.data(), 4);
  out.append(R"(","expiry":")").append(expiry).append("\"}");
}

}  // namespace

std::string member_json(const MemberView& member, std::string_view password) {
  std::string out;
  append_field(out, "member", member.number);
  if (!password.empty()) append_field(out, "password", password);
  const MemberProfile& profile = member.profile;
  append_field(out, "name", profile.name);
  append_field(out, "email", profile.email);
  if (!profile.address.empty()) append_field(out, "address", profile.address);
  if (!profile.telephone.empty()) append_field(out, "telephone", profile.telephone);
  if (!profile.date_of_birth.empty()) append_field(out, "date_of_birth", profile.date_of_birth);
  append_time(out, "registered_at", member.registered_at);
  append_card(out, member.card);
  return out.append("}");
}

std::string session_json(std::string_view member, std::string_view token, Timestamp expires_at) {
  std::string out;
  append_field(out, "member", member);
  append_field(out, "token", token);
  append_time(out, "expires_at", expires_at);
  return out.append("}");
}

std::string new_password_json(std::string_view member, std::string_view password) {
  std::string out;
  append_field(out, "member", member);
  append_field(out, "password", password);
  return out.append("}");
}

}  // namespace spillway::net
