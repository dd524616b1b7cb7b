// What is known of a member, from his registration to the end of his account.
#include <algorithm>

#include "actors/accounts/member_desk.hpp"
#include "actors/documents/member_answers.hpp"
#include "actors/services/keyed_answers.hpp"
#include "storage/base/bytes.hpp"

namespace spillway::actors {

namespace {

storage::RegistryChange counted(MemberId member) {
  std::string value(4, '\0');
  storage::put_big_endian(value.data(), member.value);
  return {storage::RegistryTable::counters, std::string(storage::MemberBook::counter_key), value};
}

}  // namespace

bool MemberDesk::day_has_come(Ticket ticket, const std::string& date_of_birth) {
  const auto today = std::chrono::floor<std::chrono::days>(services_.now());
  if (date_of_birth.empty() || is_date_of_birth(date_of_birth, today)) return true;
  tell(member_answers::field(ticket, "/date_of_birth", "must not be after today"));
  return false;
}

void MemberDesk::enrol(const AskMembers& asked) {
  const Ticket ticket = asked.request.ticket;
  const ShopId shop = asked.request.shop;
  const auto& given = dynamic_cast<const net::MemberRegistration&>(*asked.request.content);
  const MemberProfile& profile = given.profile;
  if (!day_has_come(ticket, profile.date_of_birth)) return;
  if (const auto owner = book_.owner_of_mail(shop, profile.email))
    return tell(member_answers::mail_taken(ticket, book_.numbers().encode(*owner)));
  if (!services_.registry.has_room()) return tell(member_answers::busy(ticket));
  if (!has_room_to_hash(ticket)) return;
  const auto member = book_.next_id();
  if (!member) return tell(member_answers::busy(ticket));
  book_.take_mail(shop, profile.email, *member);

  const Password password = given.password ? *given.password : make_initial_password();
  const std::string shown(given.password ? std::string_view() : password.view());
  hash({0, {}, {}, password},
       [this, ticket, shop, id = *member, profile, shown](const PasswordsHashed& result) {
         enrol(ticket, shop, id, profile, shown, result.hash);
       });
}

void MemberDesk::enrol(Ticket ticket, ShopId shop, MemberId id, MemberProfile profile,
                       const std::string& made_password, const std::string& password_hash) {
  Opened member{id, {}, {shop, services_.now(), {}, {}}, {std::move(profile), password_hash, {}}};
  member.entry.shop = shop;
  member.entry.key = book_.seal().make_key(id);
  book_.keys().write(id, member.entry.key);  // before the row that needs it
  auto sealed = book_.seal().seal_account(id, member.entry.key, storage::encode(member.account));
  SPILLWAY_CHECK(sealed.has_value(), "a new member's account cannot be sealed");
  member.row.sealed_account = std::move(*sealed);
  const std::string location = "/v1/members/" + book_.numbers().encode(id);
  net::ApiAnswer answer =
      member_answers::document(ticket, 201, json_of(member, made_password), location);
  std::vector<storage::RegistryChange> more{counted(id)};
  keep_answer(services_.api, answer, more);
  submit(
      id, member.row, std::move(more),
      [this, id, entry = member.entry] { book_.directory().put(id, entry); }, std::move(answer));
}

void MemberDesk::show(const AskMembers& asked) {
  const auto member = admit(asked);
  if (!member) return;
  tell_of(member->id, member_answers::document(asked.request.ticket, 200, json_of(*member)));
}

void MemberDesk::change_profile(const AskMembers& asked) {
  auto member = admit(asked);
  if (!member) return;
  const Ticket ticket = asked.request.ticket;
  const auto& change = dynamic_cast<const net::MemberChange&>(*asked.request.content);
  if (!day_has_come(ticket, change.date_of_birth.value_or(""))) return;
  MemberProfile& profile = member->account.profile;
  if (change.email && fold_mail_address(*change.email) != fold_mail_address(profile.email)) {
    if (const auto owner = book_.owner_of_mail(member->row.shop, *change.email)) {
      // A member is not told who else is one.
      return tell(asked.request.session.empty()
                      ? member_answers::mail_taken(ticket, book_.numbers().encode(*owner))
                      : member_answers::field(ticket, "/email", "cannot be used here"));
    }
    book_.free_mail(member->row.shop, profile.email);
    book_.take_mail(member->row.shop, *change.email, member->id);
  }
  if (change.name) profile.name = *change.name;
  if (change.email) profile.email = *change.email;
  if (change.address) profile.address = *change.address;
  if (change.telephone) profile.telephone = *change.telephone;
  if (change.date_of_birth) profile.date_of_birth = *change.date_of_birth;
  save(*member, member_answers::document(ticket, 200, json_of(*member)));
}

void MemberDesk::change_card(const AskMembers& asked) {
  auto member = admit(asked);
  if (!member) return;
  const Ticket ticket = asked.request.ticket;
  if (asked.request.method == net::HttpMethod::delete_) {
    member->row.card.reset();
    return save(*member, member_answers::document(ticket, 204, {}));
  }
  if (asked.card_has_expired)
    return tell(member_answers::field(ticket, "/expiry", "is over: the card has expired"));
  if (!asked.card) return tell_of(member->id, member_answers::no_such_member(ticket));
  member->row.card = asked.card;
  save(*member, member_answers::document(ticket, 200, json_of(*member)));
}

void MemberDesk::close(const AskMembers& asked) {
  const auto member = admit(asked);
  if (!member) return;
  book_.free_mail(member->row.shop, member->account.profile.email);
  submit(
      member->id, std::nullopt, {},
      [this, id = member->id] {
        book_.directory().remove(id);
        book_.keys().destroy(id);  // after the row that needed it; done before the answer
      },
      member_answers::document(asked.request.ticket, 204, {}));
}

}  // namespace spillway::actors
