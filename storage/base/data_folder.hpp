// What lies where in a data folder: DIR/keys (keyring.hpp), DIR/journal, DIR/views, DIR/registry.
#pragma once

#include <filesystem>

namespace spillway::storage {

inline std::filesystem::path keys_folder(const std::filesystem::path& data_folder) {
  return data_folder / "keys";
}

inline std::filesystem::path journal_folder(const std::filesystem::path& data_folder) {
  return data_folder / "journal";
}

inline std::filesystem::path views_folder(const std::filesystem::path& data_folder) {
  return data_folder / "views";
}

inline std::filesystem::path member_keys_file(const std::filesystem::path& data_folder) {
  return data_folder / "keys" / "members.keys";
}

inline std::filesystem::path registry_folder(const std::filesystem::path& data_folder) {
  return data_folder / "registry";
}

}  // namespace spillway::storage
