// What all our actors have in common, and the one place that knows how CAF behaves when something
// goes wrong: an exception in a handler, or a message nobody handles, is a bug that stops the
// process, where CAF would end the actor in silence or print the message.
//
// What stops the process at one order's data would stop it again at every start. So who handles
// things that come from data or from outside, an order or a request, handles each by itself
// (`handle_alone`): an exception then ends that one thing. A broken invariant (SPILLWAY_CHECK)
// stops the process in either case, since going on would write a wrong fact.
#pragma once

#include <new>
#include <typeinfo>

#include <caf/scheduled_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "actors/base/log.hpp"
#include "actors/base/thread_sanitizer.hpp"
#include "engine/base/invariants.hpp"
#include "engine/base/time.hpp"

namespace spillway::actors {

template <class Interface>
class Actor : public SeenByThreadSanitizer<typename Interface::base> {
 public:
  explicit Actor(caf::actor_config& config)
      : SeenByThreadSanitizer<typename Interface::base>(config) {
    this->set_exception_handler([](caf::scheduled_actor*, std::exception_ptr&) -> caf::error {
      stop_process("an exception left an actor's handler", __FILE__, __LINE__);
    });
    this->set_default_handler(
        [](caf::scheduled_actor*, caf::message_view&) -> caf::result<caf::message> {
          stop_process("an actor got a message it does not handle", __FILE__, __LINE__);
        });
  }

 protected:
  // For an actor whose messages may come from another process: what it does not understand, and
  // what it is told of its own messages, is dropped. Only this process ends it.
  void meets_strangers() {
    this->set_default_handler(
        [](caf::scheduled_actor*, caf::message_view&) -> caf::result<caf::message> {
          return caf::message{};
        });
    this->set_error_handler([](caf::scheduled_actor*, caf::error&) {});
    this->set_exit_handler([this](caf::exit_msg& exit) {
      if (!exit.source || exit.source.node() == this->node()) this->quit(exit.reason);
    });
  }

  // False when an exception left `handle`, which the log tells by its type alone: its text may hold
  // data. `name()`: of the thing, as the log may name it. Memory that is not there is nothing of
  // the thing's: that goes on up.
  template <class Name, class Handle>
  bool handle_alone(std::string_view what, Name name, Handle handle) {
    try {
      handle();
      return true;
    } catch (const std::bad_alloc&) {
      throw;
    } catch (const std::exception& exception) {
      log(LogLevel::error, "set_aside", {{what, name()}, {"exception", typeid(exception).name()}});
      return false;
    }
  }

  // Virtual in the simulation.
  MonotonicTime monotonic() const { return this->clock().now(); }

  // Sends `message` to this actor at or after `at`.
  template <class Message>
  void send_self_at(MonotonicTime at, Message message) {
    const auto wait = at - monotonic();
    this->delayed_send(this, wait > wait.zero() ? wait : wait.zero(), std::move(message));
  }
};

}  // namespace spillway::actors
