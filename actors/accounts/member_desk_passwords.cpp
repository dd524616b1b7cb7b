// Passwords and sessions.
#include <sodium.h>

#include "actors/accounts/member_desk.hpp"
#include "actors/accounts/session_tokens.hpp"
#include "actors/documents/member_answers.hpp"
#include "engine/account/limits.hpp"

namespace spillway::actors {

namespace {

// By which guesses at an account are counted, whether or not there is such a member: as the path
// has it, cut to what could be one.
std::string account_of(const AskMembers& asked, const MemberNumbers& numbers) {
  if (asked.member.value != 0) return numbers.encode(asked.member);
  return asked.request.names.front().substr(0, limits::member_number_max);
}

}  // namespace

Password make_initial_password() {
  std::array<unsigned char, 10> chance;
  randombytes_buf(chance.data(), chance.size());
  char text[initial_password_length];
  write_initial_password(chance, text);
  sodium_memzero(chance.data(), chance.size());
  return Password({text, initial_password_length});
}

bool MemberDesk::has_room_to_hash(Ticket ticket) {
  if (hashing_.size() < limits::passwords_waiting_max) return true;
  services_.metrics.passwords_refused.add();
  tell(member_answers::busy(ticket));
  return false;
}

bool MemberDesk::may_guess(Ticket ticket, const std::string& account, const std::string& address) {
  if (!has_room_to_hash(ticket)) return false;
  const auto wait = throttle_.attempt(account, address, monotonic());
  if (!wait) return true;
  services_.metrics.logins_throttled.add();
  tell(member_answers::wait_to_guess(ticket, *wait));
  return false;
}

void MemberDesk::hash(HashPasswords job, AfterHash after) {
  job.token = next_job_++;
  hashing_.emplace(job.token, std::move(after));
  services_.metrics.passwords_waiting.set(static_cast<std::int64_t>(hashing_.size()));
  send(peers_.password_desk, std::move(job));
}

void MemberDesk::compare(const net::GivenPassword& given, const std::string& against,
                         const std::optional<Password>& wanted, AfterHash after) {
  if (!given.as_sent) return hash({0, given.password, against, wanted}, std::move(after));
  // Whoever has it as it was sent takes twice as long, and so does nobody.
  hash({0, given.password, against, wanted},
       [this, as_sent = *given.as_sent, against, wanted,
        after = std::move(after)](const PasswordsHashed& result) {
         if (result.matches) return after(result);
         hash({0, as_sent, against, wanted}, after);
       });
}

void MemberDesk::hashed(const PasswordsHashed& message) {
  const auto found = hashing_.find(message.token);
  SPILLWAY_CHECK(found != hashing_.end(), "a password was hashed that nobody gave");
  const AfterHash after = std::move(found->second);
  hashing_.erase(found);
  services_.metrics.passwords_waiting.set(static_cast<std::int64_t>(hashing_.size()));
  after(message);
}

void MemberDesk::log_in(const AskMembers& asked) {
  const Ticket ticket = asked.request.ticket;
  const std::string account = account_of(asked, book_.numbers());
  const std::string& address = asked.request.client;
  if (!may_guess(ticket, account, address)) return;
  auto member = open(asked.member);
  // To another shop he is nobody.
  const ShopId shop = asked.request.shop;
  if (member && shop.value != 0 && member->row.shop != shop) member.reset();
  const std::string against = member ? member->account.password_hash : std::string();
  const auto& given = dynamic_cast<const net::MemberLogin&>(*asked.request.content).password;
  compare(given, against, std::nullopt,
          [this, ticket, account, address, id = asked.member,
           compared = against](const PasswordsHashed& result) {
            (result.matches ? services_.metrics.logins : services_.metrics.logins_refused).add();
            if (!result.matches) return tell(member_answers::wrong_password(ticket));
            throttle_.succeeded(account, address, monotonic());
            open_session_of(ticket, id, compared);
          });
}

void MemberDesk::open_session_of(Ticket ticket, MemberId id, const std::string& compared) {
  auto member = open(id);
  if (!member || member->account.password_hash != compared)  // closed or changed meanwhile
    return tell_of(id, member_answers::wrong_password(ticket));
  const std::string token = make_session_token();
  const Timestamp now = services_.now();
  const MemberSession session{hash_session_token(token), now + limits::session_life};
  open_session(member->account.sessions, session, now);
  save(*member,
       member_answers::document(
           ticket, 201, net::session_json(book_.numbers().encode(id), token, session.expires_at)));
}

void MemberDesk::log_out(const AskMembers& asked) {
  auto member = admit(asked);
  if (!member) return;
  std::vector<MemberSession>& sessions = member->account.sessions;
  if (asked.request.session.empty()) {
    sessions.clear();
  } else {
    const TokenHash hash = hash_session_token(asked.request.session);
    std::erase_if(sessions, [&](const auto& each) { return same_token(each.token_hash, hash); });
  }
  save(*member, member_answers::document(asked.request.ticket, 204, {}));
}

void MemberDesk::change_password(const AskMembers& asked) {
  const auto member = admit(asked);
  if (!member) return;
  const Ticket ticket = asked.request.ticket;
  const auto& change = dynamic_cast<const net::PasswordChange&>(*asked.request.content);
  const bool by_member = !asked.request.session.empty();
  const std::string number = book_.numbers().encode(member->id);
  if (by_member && !change.current)
    return tell(member_answers::field(ticket, "/current", "is needed"));
  if (by_member && !change.wanted) return tell(member_answers::field(ticket, "/new", "is needed"));
  if (change.wanted) {
    const PasswordFlaw flaw = password_flaw(change.wanted->view(), number, member->account.profile);
    if (flaw != PasswordFlaw::none)
      return tell(member_answers::field(ticket, "/new", std::string(to_text(flaw))));
  }
  const std::string& address = asked.request.client;
  if (by_member ? !may_guess(ticket, number, address) : !has_room_to_hash(ticket)) return;

  const Password wanted = change.wanted ? *change.wanted : make_initial_password();
  const std::string shown(change.wanted ? std::string_view() : wanted.view());
  const auto set = [this, ticket, id = member->id, number, address, by_member,
                    shown](const PasswordsHashed& result) {
    if (by_member && !result.matches)
      return tell(member_answers::field(ticket, "/current", "is wrong"));
    if (by_member) throttle_.succeeded(number, address, monotonic());
    set_password(ticket, id, shown, result.hash);
  };
  if (by_member)
    compare(*change.current, member->account.password_hash, wanted, set);
  else
    hash({0, {}, {}, wanted}, set);
}

void MemberDesk::set_password(Ticket ticket, MemberId id, const std::string& made,
                              const std::string& hash) {
  auto member = open(id);
  if (!member) return tell_of(id, member_answers::no_such_member(ticket));  // closed meanwhile
  member->account.password_hash = hash;
  member->account.sessions.clear();  // whoever was logged in with the old one is not any more
  save(*member, made.empty()
                    ? member_answers::document(ticket, 204, {})
                    : member_answers::document(
                          ticket, 200, net::new_password_json(book_.numbers().encode(id), made)));
}

}  // namespace spillway::actors
