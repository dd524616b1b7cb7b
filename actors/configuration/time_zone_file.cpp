#include "actors/configuration/time_zone_file.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "engine/base/characters.hpp"
#include "engine/calendar/limits.hpp"
#include "engine/calendar/time_zone_data.hpp"

namespace spillway::actors {

namespace {

// Parts of letters, digits and "_+-" between slashes: nothing that leads out of the folder.
bool is_zone_name(std::string_view name) {
  if (name.empty() || name.size() > limits::time_zone_name_max) return false;
  if (name.front() == '/' || name.back() == '/' || name.find("//") != std::string_view::npos)
    return false;
  return std::ranges::all_of(name, [](char c) {
    return is_letter_or_digit(c) || c == '_' || c == '+' || c == '-' || c == '/';
  });
}

std::filesystem::path zones_folder() {
  const char* folder = std::getenv("TZDIR");
  return folder != nullptr && *folder != '\0' ? folder : "/usr/share/zoneinfo";
}

}  // namespace

Result<TimeZone> load_time_zone(const std::string& name) {
  const Error unknown{R"(must be a time zone of this machine, like "Asia/Tokyo" or "UTC")"};
  if (!is_zone_name(name)) return unknown;
  const std::filesystem::path file = zones_folder() / name;
  std::error_code failed;
  const auto size = std::filesystem::file_size(file, failed);
  if (failed || size > limits::time_zone_file_max) return unknown;
  std::ifstream in(file, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (!in) return unknown;
  return time_zone_from(name, bytes);
}

}  // namespace spillway::actors
