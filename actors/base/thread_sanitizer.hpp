// Tells ThreadSanitizer what orders the work of an actor. Debian's CAF library is not instrumented,
// so the mailbox and the scheduler, which do so, are not seen, and every message would be reported
// as a race. In any other build there is nothing here.
#pragma once

#ifdef __SANITIZE_THREAD__

#include <cstddef>
#include <utility>

#include <caf/error.hpp>
#include <caf/fwd.hpp>
#include <caf/invoke_message_result.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/resumable.hpp>

extern "C" void __tsan_acquire(void* address);  // NOLINT(bugprone-reserved-identifier)
extern "C" void __tsan_release(void* address);  // NOLINT(bugprone-reserved-identifier)
extern "C" void AnnotateIgnoreReadsBegin(const char* file, int line);
extern "C" void AnnotateIgnoreReadsEnd(const char* file, int line);
extern "C" void AnnotateIgnoreWritesBegin(const char* file, int line);
extern "C" void AnnotateIgnoreWritesEnd(const char* file, int line);

namespace spillway::actors {

inline char ends_of_actors = 0;  // its address stands for them

// What a thread did before it put something into the mailbox is seen by whoever takes it out, and
// what an actor did in one thread is seen when it goes on in another.
template <class Base>
class SeenByThreadSanitizer : public Base {
 public:
  using Base::Base;
  ~SeenByThreadSanitizer() override { __tsan_acquire(this); }

  void launch(caf::execution_unit* unit, bool lazy, bool hide) override {
    __tsan_release(this);
    Base::launch(unit, lazy, hide);
  }
  void enqueue(caf::mailbox_element_ptr element, caf::execution_unit* unit) override {
    __tsan_release(this);
    Base::enqueue(std::move(element), unit);
  }
  caf::resumable::resume_result resume(caf::execution_unit* unit, std::size_t most) override {
    __tsan_acquire(this);
    const auto result = Base::resume(unit, most);
    __tsan_release(this);
    return result;
  }
  caf::invoke_message_result consume(caf::mailbox_element& element) override {
    __tsan_acquire(this);
    return Base::consume(element);
  }
  bool cleanup(caf::error&& reason, caf::execution_unit* unit) override {
    __tsan_acquire(this);
    const bool ended = Base::cleanup(std::move(reason), unit);
    __tsan_release(this);
    __tsan_release(&ends_of_actors);
    return ended;
  }
};

// For whoever has waited until all actors were gone: how many there are CAF counts for itself.
inline void see_ends_of_actors() {
  __tsan_acquire(&ends_of_actors);
}

// Members before and behind a CAF actor system: what it takes down in its destructor is its own.
struct UnseenUntilHere {
  ~UnseenUntilHere() {
    AnnotateIgnoreWritesEnd(__FILE__, __LINE__);
    AnnotateIgnoreReadsEnd(__FILE__, __LINE__);
  }
};
struct UnseenFromHere {
  ~UnseenFromHere() {
    AnnotateIgnoreReadsBegin(__FILE__, __LINE__);
    AnnotateIgnoreWritesBegin(__FILE__, __LINE__);
  }
};

}  // namespace spillway::actors

#else

namespace spillway::actors {
template <class Base>
using SeenByThreadSanitizer = Base;
inline void see_ends_of_actors() {}
struct UnseenUntilHere {};
struct UnseenFromHere {};
}  // namespace spillway::actors

#endif
