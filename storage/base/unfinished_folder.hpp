// A folder that appears whole or not at all: it is filled under the name NAME.unfinished, with a
// file in it that says whose it is and that is locked while somebody fills it. What a process that
// was killed left is so known for its own, and taken away by the next.
#pragma once

#include <filesystem>
#include <string>

#include "engine/base/result.hpp"

namespace spillway::storage {

class UnfinishedFolder {
 public:
  // Nobody's may be there, neither as NAME (but for an empty one, where `empty_may_be_there`) nor
  // as NAME.unfinished. `group`: the same for folders that belong together; see `forget`.
  static Result<UnfinishedFolder> begin(const std::filesystem::path& folder,
                                        const std::string& group, bool empty_may_be_there = false);
  ~UnfinishedFolder();  // what has not appeared goes
  UnfinishedFolder(UnfinishedFolder&& other) noexcept;
  UnfinishedFolder& operator=(UnfinishedFolder&&) = delete;

  const std::filesystem::path& path() const { return path_; }  // where it is filled

  // On disk, under its name, when it returns; it still says that others of its group may be
  // missing.
  Result<void> appear();
  // It counts from here on. After all of the group have appeared.
  Result<void> settle();

  // The group of what a process that was killed left as NAME.unfinished; empty: nothing.
  static std::string group_left_at(const std::filesystem::path& folder);
  // Takes NAME away when it appeared for that group and was never settled.
  static Result<void> forget(const std::filesystem::path& folder, const std::string& group);

 private:
  UnfinishedFolder(std::filesystem::path folder, std::filesystem::path path, int mark)
      : folder_(std::move(folder)), path_(std::move(path)), mark_(mark) {}

  std::filesystem::path folder_;
  std::filesystem::path path_;
  int mark_ = -1;
  bool appeared_ = false;
};

// A new group's name, random.
std::string new_group();

}  // namespace spillway::storage
