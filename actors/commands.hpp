// The commands that look at a system and run none: each writes what it found to `out`, what went
// wrong to `error`, and returns the process's exit code.
#pragma once

#include <iosfwd>

#include "actors/command_line.hpp"

namespace spillway::actors {

int run(const VerifyCommand& command, std::istream& in, std::ostream& out, std::ostream& error);
int run(const BackupCommand& command, std::ostream& out, std::ostream& error);
int run(const RestoreCommand& command, std::ostream& out, std::ostream& error);
int run(const AuditCommand& command, std::ostream& out, std::ostream& error);
int run(const BooksCommand& command, std::ostream& out, std::ostream& error);
int run(const StatusCommand& command, std::ostream& out, std::ostream& error);

int run(const VerifyReceiptCommand& command, std::istream& in, std::ostream& out,
        std::ostream& error);
int run(const RotateMasterKeyCommand& command, std::ostream& out, std::ostream& error);
int run(const RotateSigningKeyCommand& command, std::ostream& out, std::ostream& error);

// Takes the key from the first line of `in`.
int run(const HashKeyCommand& command, std::istream& in, std::ostream& out, std::ostream& error);

}  // namespace spillway::actors
