// The descriptors 0, 1 and 2 of a process: those that were closed when it was started, and whether
// what was written to standard output has arrived.
#pragma once

#include <iosfwd>

#include "engine/base/result.hpp"

namespace spillway::net {

// Puts /dev/null in the place of each of 0, 1 and 2 that is closed: otherwise the next file or
// socket that is opened gets its number, and is written over by whoever means the stream. Writes
// to 1 and 2 still fail then (EBADF), so that nothing is taken for told. Before anything is opened.
void fill_standard_descriptors();

// Flushes the stream. The error says in a sentence that it could not be written, and why.
Result<void> check_written(std::ostream& out);

}  // namespace spillway::net
