// Members as the API shows them (docs/openapi.json, Member).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/account/member.hpp"
#include "engine/card/card.hpp"

namespace spillway::net {

struct MemberView {
  std::string number;
  MemberProfile profile;
  Timestamp registered_at;
  struct Card {
    MaskedCard card;
    CardExpiry expiry;
  };
  std::optional<Card> card;
};

// `password`: one that was made and is shown this once; empty: none.
std::string member_json(const MemberView& member, std::string_view password = {});

// What a log-in and a new password are answered with.
std::string session_json(std::string_view member, std::string_view token, Timestamp expires_at);
std::string new_password_json(std::string_view member, std::string_view password);

}  // namespace spillway::net
