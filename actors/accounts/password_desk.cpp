#include "actors/accounts/password_desk.hpp"

#include <sodium.h>
#include <sys/resource.h>
#include <unistd.h>

namespace spillway::actors {

namespace {

// A tenth of the processor time that a thread of the usual priority gets when both want all.
constexpr int giving_way = 10;

}  // namespace

auto PasswordDesk::make_behavior() -> behavior_type {
  return {
      [this](const HashPasswords& job) { hash(job); },
  };
}

void PasswordDesk::hash(const HashPasswords& job) {
  give_way();
  PasswordsHashed hashed{job.token, false, {}};
  if (job.given) hashed.matches = matches(*job.given, job.against);
  if (job.wanted && (!job.given || hashed.matches))
    hashed.hash = storage::hash_password(*job.wanted, services_.password_cost);
  send(peers_.member_desk, std::move(hashed));
}

bool PasswordDesk::matches(const Password& given, const std::string& against) {
  if (!against.empty()) return storage::password_matches(given, against);
  if (nobodys_.empty()) {
    std::array<char, 32> chance;
    randombytes_buf(chance.data(), chance.size());
    nobodys_ =
        storage::hash_password(Password({chance.data(), chance.size()}), services_.password_cost);
  }
  storage::password_matches(given, nobodys_);
  return false;
}

void PasswordDesk::give_way() {
  if (!own_thread_) return;
  own_thread_ = false;  // done
  // Linux: the priority of a thread, named by its number.
  ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), giving_way);
}

}  // namespace spillway::actors
