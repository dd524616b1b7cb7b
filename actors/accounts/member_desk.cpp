#include "actors/accounts/member_desk.hpp"

#include <algorithm>

#include "actors/accounts/session_tokens.hpp"
#include "actors/documents/member_answers.hpp"
#include "net/api/common/limits.hpp"

namespace spillway::actors {

auto MemberDesk::make_behavior() -> behavior_type {
  return {
      [this](AskMembers& asked) { ask(asked); },
      [this](const PasswordsHashed& message) { hashed(message); },
      [this](const Registered& message) { registered(message); },
  };
}

void MemberDesk::ask(AskMembers& asked) {
  using net::HttpMethod;
  using net::RouteId;
  const HttpMethod method = asked.request.method;
  if (pending_.size() >= limits::control_requests_waiting_max)
    return tell(member_answers::busy(asked.request.ticket));
  switch (asked.request.route) {
    case RouteId::members:
      return enrol(asked);
    case RouteId::member:
      if (method == HttpMethod::patch) return change_profile(asked);
      return method == HttpMethod::delete_ ? close(asked) : show(asked);
    case RouteId::member_card:
      return change_card(asked);
    case RouteId::member_password:
      return change_password(asked);
    case RouteId::member_sessions:
      return method == HttpMethod::delete_ ? log_out(asked) : log_in(asked);
    default:
      SPILLWAY_CHECK(false, "a route that is not about members came to the member desk");
  }
}

// ---- Members, as the last change has left them ----

std::optional<storage::MemberRow> MemberDesk::row_of(MemberId member) const {
  const auto found = in_flight_.find(member);
  return found != in_flight_.end() ? found->second.row : book_.read(member);
}

std::optional<MemberDesk::Opened> MemberDesk::open(MemberId member) const {
  const auto entry = book_.directory().find(member);
  if (!entry) return std::nullopt;
  auto row = row_of(member);
  if (!row || !services_.has_shop(row->shop)) return std::nullopt;
  auto account = book_.open(member, entry->key, *row);
  if (!account) return std::nullopt;
  return Opened{member, *entry, std::move(*row), std::move(*account)};
}

std::optional<MemberDesk::Opened> MemberDesk::admit(const AskMembers& asked) {
  const net::ControlRequest& request = asked.request;
  auto member = open(asked.member);
  if (request.session.empty() && request.shop.value != 0) {
    if (member && member->row.shop == request.shop) return member;
    tell_of(asked.member, member_answers::no_such_member(request.ticket));
    return std::nullopt;
  }
  const TokenHash hash = hash_session_token(request.session);
  const Timestamp now = services_.now();
  if (member && std::ranges::any_of(member->account.sessions, [&](const MemberSession& session) {
        return same_token(session.token_hash, hash) && now < session.expires_at;
      }))
    return member;
  tell_of(asked.member, member_answers::no_session(request.ticket));
  return std::nullopt;
}

net::MemberView MemberDesk::view_of(const Opened& member) const {
  net::MemberView view{book_.numbers().encode(member.id), member.account.profile,
                       member.row.registered_at, std::nullopt};
  if (!member.row.card) return view;
  if (const auto shown = book_.seal().show_card(member.id, member.entry.key, *member.row.card))
    view.card = {shown->card, shown->expiry};
  return view;
}

std::string MemberDesk::json_of(const Opened& member, const std::string& password) const {
  return net::member_json(view_of(member), password);
}

// ---- Changes ----

void MemberDesk::save(Opened& member, net::ApiAnswer answer) {
  auto sealed =
      book_.seal().seal_account(member.id, member.entry.key, storage::encode(member.account));
  SPILLWAY_CHECK(sealed.has_value(), "a member's account that was opened cannot be sealed");
  member.row.sealed_account = std::move(*sealed);
  storage::MemberEntry entry = member.entry;
  entry.has_card = member.row.card.has_value();
  entry.card = member.row.card.value_or(storage::SealedMemberCard{});
  submit(
      member.id, member.row, {},
      [this, id = member.id, entry] { book_.directory().put(id, entry); }, std::move(answer));
}

void MemberDesk::submit(MemberId member, std::optional<storage::MemberRow> row,
                        std::vector<storage::RegistryChange> more, std::function<void()> publish,
                        net::ApiAnswer answer) {
  std::vector<storage::RegistryChange> changes = std::move(more);
  changes.push_back({storage::RegistryTable::members, storage::member_row_key(member),
                     row ? std::optional(storage::encode(*row)) : std::nullopt});
  InFlight& in_flight = in_flight_[member];
  in_flight.row = std::move(row);
  ++in_flight.changes;
  pending_.push_back({next_token_, member, std::move(publish), {}});
  pending_.back().answers.push_back(std::move(answer));
  send(peers_.registrar, RegisterChanges{this, next_token_, std::move(changes)});
  ++next_token_;
}

void MemberDesk::registered(const Registered& message) {
  std::vector<net::ApiAnswer> answers;
  for (const std::uint64_t token : message.tokens) {
    SPILLWAY_CHECK(!pending_.empty() && pending_.front().token == token,
                   "the registrar acknowledged a change that the member desk does not wait for");
    Pending& change = pending_.front();
    change.publish();
    std::ranges::move(change.answers, std::back_inserter(answers));
    const auto in_flight = in_flight_.find(change.member);
    if (--in_flight->second.changes == 0) in_flight_.erase(in_flight);
    pending_.pop_front();
  }
  services_.metrics.members.set(static_cast<std::int64_t>(book_.directory().size()));
  services_.api.answer(std::move(answers));
}

void MemberDesk::tell_of(MemberId member, net::ApiAnswer answer) {
  const auto last = std::find_if(pending_.rbegin(), pending_.rend(),
                                 [&](const Pending& each) { return each.member == member; });
  if (last == pending_.rend()) return tell(std::move(answer));
  last->answers.push_back(std::move(answer));
}

void MemberDesk::tell(net::ApiAnswer answer) {
  std::vector<net::ApiAnswer> answers;
  answers.push_back(std::move(answer));
  services_.api.answer(std::move(answers));
}

}  // namespace spillway::actors
