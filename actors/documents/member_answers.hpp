// What the members' routes answer when they do not do what was asked, and what all of their answers
// have in common: nobody on the way may keep them.
#pragma once

#include <chrono>
#include <string>

#include "engine/base/time.hpp"
#include "net/api/common/order_backend.hpp"

namespace spillway::actors::member_answers {

net::ApiAnswer document(net::Ticket ticket, int status, std::string json,
                        std::string location = {});

net::ApiAnswer no_such_member(net::Ticket ticket);
net::ApiAnswer no_session(net::Ticket ticket);
net::ApiAnswer wrong_password(net::Ticket ticket);
net::ApiAnswer wait_to_guess(net::Ticket ticket, Duration wait);
net::ApiAnswer busy(net::Ticket ticket);
net::ApiAnswer mail_taken(net::Ticket ticket, const std::string& member);
net::ApiAnswer field(net::Ticket ticket, std::string pointer, std::string detail);

}  // namespace spillway::actors::member_answers
