// The promise, checked by code that shares nothing with the engine's rules: it reads the journal's
// facts, the relay centres' ledgers, the mails and what the shops were told, and does its own sums.
#pragma once

#include "tests/simulation/paces.hpp"
#include "tests/simulation/worlds/event_world.hpp"
#include "tests/simulation/worlds/mail_world.hpp"
#include "tests/simulation/worlds/memory_storage.hpp"
#include "tests/simulation/worlds/relay_world.hpp"
#include "tests/simulation/worlds/shop_world.hpp"
#include "tests/simulation/worlds/webhook_world.hpp"

namespace spillway::simulation {

struct Evidence {
  const MemoryJournal& journal;
  const MemoryViews& views;
  const std::map<RelayId, std::unique_ptr<RelayWorld>>& relays;
  const MailWorld& mails;
  const EventWorld& events;
  const WebhookWorld& webhooks;
  const ShopWorld& shops;
  const MemberWorld& members;
  const actors::Configuration& configuration;
  const PaceBook& paces;
};

// Every sentence that is not kept goes to `world.broken`.
void check_promise(World& world, const Evidence& evidence);

// Whose the lines of a first system are.
std::string owner_of(const actors::Configuration& configuration);

std::string mail_id(OrderNumber order, Notice notice);

}  // namespace spillway::simulation
