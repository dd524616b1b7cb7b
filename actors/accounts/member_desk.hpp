// Decides about members: registration, log-in, what is known of them, their registered cards, and
// the end of it all. Each change is a row in the registry; answers and the directory follow when it
// is durable.
//
// Does: read and write accounts under their members' keys, write and destroy those keys (which
// waits for the disk, and so has a thread of its own), open and check sessions, bound what waits
// for hashing, slow down whoever guesses. Must not: see a card in the clear, or keep a password.
#pragma once

#include <deque>
#include <functional>
#include <unordered_map>

#include "actors/base/actor_base.hpp"
#include "actors/services/services.hpp"
#include "engine/account/login_throttle.hpp"
#include "net/api/members/member_json.hpp"
#include "net/api/members/member_request.hpp"
#include "storage/members/member_book.hpp"

namespace spillway::actors {

Password make_initial_password();

class MemberDesk : public Actor<MemberDeskActor> {
 public:
  MemberDesk(caf::actor_config& config, const Services& services, const Peers& peers)
      : Actor(config), services_(services), peers_(peers), book_(services.members) {}

  behavior_type make_behavior() override;

 private:
  using Ticket = net::Ticket;
  struct Opened {
    MemberId id;
    storage::MemberEntry entry;
    storage::MemberRow row;
    storage::MemberAccount account;
  };
  // What follows when a change is durable.
  struct Pending {
    std::uint64_t token = 0;
    MemberId member;
    std::function<void()> publish;
    std::vector<net::ApiAnswer> answers;
  };
  // What follows when a password has been hashed.
  using AfterHash = std::function<void(const PasswordsHashed&)>;
  // Rows on their way to the registry; nothing for a closed account.
  struct InFlight {
    std::optional<storage::MemberRow> row;
    std::size_t changes = 0;
  };

  void ask(AskMembers& asked);
  void registered(const Registered& message);
  void hashed(const PasswordsHashed& message);

  // member_desk_accounts.cpp
  void enrol(const AskMembers& asked);
  void enrol(Ticket ticket, ShopId shop, MemberId member, MemberProfile profile,
             const std::string& made_password, const std::string& password_hash);
  void show(const AskMembers& asked);
  void change_profile(const AskMembers& asked);
  void change_card(const AskMembers& asked);
  void close(const AskMembers& asked);
  bool day_has_come(Ticket ticket, const std::string& date_of_birth);

  // member_desk_passwords.cpp
  void log_in(const AskMembers& asked);
  // `compared`: the hash that the password matched.
  void open_session_of(Ticket ticket, MemberId member, const std::string& compared);
  void log_out(const AskMembers& asked);
  void change_password(const AskMembers& asked);
  void set_password(Ticket ticket, MemberId member, const std::string& made,
                    const std::string& hash);
  // False, and answered, when the address has to wait, or too much waits for hashing.
  bool may_guess(Ticket ticket, const std::string& account, const std::string& address);
  bool has_room_to_hash(Ticket ticket);
  void hash(HashPasswords job, AfterHash after);
  // Compares in either form, and hashes `wanted` when one of them matches.
  void compare(const net::GivenPassword& given, const std::string& against,
               const std::optional<Password>& wanted, AfterHash after);

  // ---- Members, as the last change has left them
  std::optional<storage::MemberRow> row_of(MemberId member) const;
  // Nothing of a member whose shop is not there: he is one again when it is.
  std::optional<Opened> open(MemberId member) const;
  // The member, if the asker may act for him; otherwise the asker has been told.
  std::optional<Opened> admit(const AskMembers& asked);
  net::MemberView view_of(const Opened& member) const;
  std::string json_of(const Opened& member, const std::string& password = {}) const;

  // ---- Changes
  // Seals the account anew into the row, which goes to the registry.
  void save(Opened& member, net::ApiAnswer answer);
  void submit(MemberId member, std::optional<storage::MemberRow> row,
              std::vector<storage::RegistryChange> more, std::function<void()> publish,
              net::ApiAnswer answer);

  void tell(net::ApiAnswer answer);
  // When all changes of the member that are under way are durable: what is told may stand on them.
  void tell_of(MemberId member, net::ApiAnswer answer);

  const Services& services_;
  const Peers& peers_;
  storage::MemberBook& book_;
  LoginThrottle throttle_;
  std::deque<Pending> pending_;  // in the order they were sent to the registrar
  std::unordered_map<MemberId, InFlight> in_flight_;
  std::uint64_t next_token_ = 1;
  std::unordered_map<std::uint64_t, AfterHash> hashing_;
  std::uint64_t next_job_ = 1;
};

}  // namespace spillway::actors
