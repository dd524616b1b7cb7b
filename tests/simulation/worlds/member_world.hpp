// The members of the simulation's shops: registered before it begins, with cards; some close their
// accounts while it runs. What outlives the engine, and what the members were told.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "actors/configuration/configuration.hpp"
#include "storage/members/member_book.hpp"
#include "tests/simulation/worlds/memory_registry.hpp"
#include "tests/simulation/worlds/world.hpp"

namespace spillway::simulation {

class MemoryMemberKeys final : public storage::MemberKeys {
 public:
  void write(MemberId member, const storage::WrappedMemberKey& key) override {
    if (!down) keys_[member] = key;
  }
  void destroy(MemberId member) override {
    if (!down) keys_.erase(member);
  }
  void for_each(
      const std::function<void(MemberId, const storage::WrappedMemberKey&)>& visit) const override {
    for (const auto& [member, key] : keys_) visit(member, key);
  }
  bool has(MemberId member) const { return keys_.contains(member); }

  bool down = false;  // between a crash and the restart

 private:
  std::map<MemberId, storage::WrappedMemberKey> keys_;
};

class MemberWorld {
 public:
  struct Member {
    MemberId id;
    ShopId shop;
    std::string number;
    bool closing = false;  // asked to; nobody heard of it yet
    bool closed = false;   // was told so
  };

  MemberWorld(const actors::Configuration& configuration, MemoryRegistry& registry);

  MemoryMemberKeys& keys() { return keys_; }
  const MemoryMemberKeys& keys() const { return keys_; }
  static storage::SecretKey secret() { return {}; }

  std::vector<Member>& members() { return members_; }
  const std::vector<Member>& members() const { return members_; }
  const Member* find(const std::string& number) const;

 private:
  void enrol(MemoryRegistry& registry, ShopId shop);

  storage::MemberSeal seal_{secret()};
  MemoryMemberKeys keys_;
  std::vector<Member> members_;
};

}  // namespace spillway::simulation
