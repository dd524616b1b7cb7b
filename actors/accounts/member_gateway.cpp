#include "actors/accounts/member_gateway.hpp"

#include <caf/send.hpp>

#include "net/api/members/member_request.hpp"

namespace spillway::actors {

Result<net::OrderMember, net::FieldError> MemberGateway::find(ShopId shop, std::string_view number,
                                                              bool wants_card,
                                                              CardExpiry this_month) const {
  if (!MemberNumbers::has_layout(number)) return net::OrderMember{};
  const auto id = book_.numbers().decode(number);
  const auto entry = id ? book_.directory().find(*id) : std::nullopt;
  if (!entry || entry->shop != shop)
    return net::FieldError{"/member", "is not a member of this shop, or not any more"};

  net::OrderMember member;
  member.number = std::string_view(book_.numbers().encode(*id));
  if (!wants_card) return member;
  if (!entry->has_card)
    return net::FieldError{"/card", "a card is needed: no registered card for this member"};
  auto sealed = book_.seal().seal_for_order(*id, entry->key, entry->card, shop, this_month, vault_);
  if (!sealed)
    return net::FieldError{"/card", sealed.error() == storage::CardForOrderFault::expired
                                        ? "is needed: the registered card has expired"
                                        : "is needed: the registered card cannot be read"};
  member.card = {sealed->sealed, sealed->card, sealed->issuer};
  return member;
}

void MemberGateway::handle(net::ControlRequest request) {
  AskMembers asked;
  if (!request.names.empty())
    asked.member = book_.numbers().decode(request.names.front()).value_or(MemberId{});
  asked.request = std::move(request);
  if (dynamic_cast<const net::MemberCard*>(asked.request.content.get())) seal_card(asked);
  caf::anon_send(peers_.member_desk, std::move(asked));
}

void MemberGateway::seal_card(AskMembers& asked) const {
  const auto& given = dynamic_cast<const net::MemberCard&>(*asked.request.content).card;
  asked.card_has_expired = given.details.expiry < month_of(now_());
  // Whether the asker may register it for this member is the desk's to say.
  if (const auto entry = book_.directory().find(asked.member))
    asked.card = book_.seal().seal_card(asked.member, entry->key, given.company, given.details);
  asked.request.content.reset();  // and with it the card in the clear
}

}  // namespace spillway::actors
