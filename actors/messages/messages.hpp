// Every message between our actors, by what it is about. They carry batches: what one actor has
// for another at the end of a turn goes as one message. They stay inside the process and are never
// printed or serialised.
#pragma once

#include "actors/messages/accepting.hpp"
#include "actors/messages/asking.hpp"
#include "actors/messages/authorizing.hpp"
#include "actors/messages/cases.hpp"
#include "actors/messages/controlling.hpp"
#include "actors/messages/events.hpp"
#include "actors/messages/journal.hpp"
#include "actors/messages/members.hpp"
#include "actors/messages/nodes.hpp"
#include "actors/messages/pacing.hpp"
#include "actors/messages/permits.hpp"
#include "actors/messages/registering.hpp"
#include "actors/messages/removing.hpp"
#include "actors/messages/settling.hpp"
#include "actors/messages/telling.hpp"
#include "actors/messages/webhooks.hpp"
