// The commands that look at a system and run none: each writes what it found to `out`, what went
// wrong to `error`, and returns the process's exit code.
#pragma once

#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <string>

namespace spillway::actors {

struct VerifyCommand {
  std::filesystem::path data = "data";
  std::string receipt;  // a file that holds one, or "-"; empty: none
};

struct BackupCommand {
  std::filesystem::path data = "data";
  std::filesystem::path to;
  std::filesystem::path keys_to;  // empty: TO/keys
};

struct RestoreCommand {
  std::filesystem::path from;
  std::filesystem::path keys_from;  // empty: FROM/keys
  std::filesystem::path data = "data";
};

// Of a stopped system's data, or, with `url`, of a running system.
struct AuditCommand {
  std::filesystem::path data = "data";
  std::string url{};
  std::uint64_t after = 0;
  std::size_t limit = 0;  // 0: all
  bool json = false;
};

struct BooksCommand {
  std::filesystem::path data = "data";
};

struct VerifyReceiptCommand {
  std::string receipt = "-";
  std::filesystem::path keys;
};

struct RotateMasterKeyCommand {
  std::filesystem::path data = "data";
};

struct RotateSigningKeyCommand {
  std::filesystem::path data = "data";
};

struct StatusCommand {
  std::string url;
  bool json = false;
};

struct HashKeyCommand {};

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
