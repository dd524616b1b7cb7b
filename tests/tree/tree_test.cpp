// The tree keeps to its own rules: which folder and room may depend on which, which folder may know
// which library, and how long a file or a function may be. A failure names the file and the line.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>

#include <gtest/gtest.h>

#include "tests/tree/source_text.hpp"

namespace spillway::tree {
namespace {

constexpr std::size_t file_lines_max = 300;
constexpr std::size_t test_file_lines_max = 400;  // tables are long and easily read
constexpr std::size_t function_lines_max = 70;
constexpr std::size_t room_files_max = 28;

// Engine ← storage, engine ← net, then actors; the sandbox, the load test and the tests beside.
const std::map<std::string, std::vector<std::string>> may_include = {
    {"engine", {"engine"}},
    {"storage", {"engine", "storage"}},
    {"net", {"engine", "net"}},
    {"actors", {"engine", "storage", "net", "actors"}},
    {"sandbox", {"engine", "net", "sandbox"}},
    {"loadtest", {"engine", "net", "loadtest"}},
    {"tests", {"engine", "storage", "net", "actors", "sandbox", "loadtest", "tests"}},
};
// The demo starts a relay centre inside the process.
const std::vector<std::string> may_also_include_sandbox = {"actors/commands/main.cpp"};

struct Library {
  const char* include;              // how it begins
  std::vector<std::string> places;  // where it may
};
const Library libraries[] = {
    {"<lmdb.h",
     {"storage/", "tests/storage/", "tests/fuzz/", "tests/benchmarks/",
      "tests/system/monitoring/"}},
    {"<msgpack", {"storage/", "tests/storage/", "tests/fuzz/", "tests/benchmarks/"}},
    {"<uv.h", {"net/"}},
    {"<caf/", {"actors/", "tests/actors/", "tests/simulation/"}},
};

struct Source {
  std::string path;  // from the root
  std::string text;
  std::string folder() const { return path.substr(0, path.find('/')); }
  std::string room() const { return path.substr(0, path.rfind('/')); }
};

const std::vector<Source>& sources() {
  static const std::vector<Source> all = [] {
    const std::filesystem::path root(SPILLWAY_SOURCE_DIR);
    std::vector<Source> found;
    for (const auto& [folder, unused] : may_include) {
      for (const auto& entry : std::filesystem::recursive_directory_iterator(root / folder)) {
        const auto extension = entry.path().extension();
        if (extension != ".cpp" && extension != ".hpp") continue;
        std::ifstream file(entry.path(), std::ios::binary);
        found.push_back({std::filesystem::relative(entry.path(), root).generic_string(),
                         std::string(std::istreambuf_iterator<char>(file), {})});
      }
    }
    std::sort(found.begin(), found.end(),
              [](const Source& a, const Source& b) { return a.path < b.path; });
    return found;
  }();
  return all;
}

bool contains(const std::vector<std::string>& list, const std::string& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

std::string place(const Source& source, std::size_t line) {
  return source.path + ":" + std::to_string(line);
}

const char* const folders_with_rooms[] = {"engine", "storage", "net", "actors", "loadtest"};

bool has_rooms(const std::string& folder) {
  return std::ranges::find(folders_with_rooms, folder) != std::end(folders_with_rooms);
}

// The rooms in the order of the table in docs/architecture.md, and on which of its own folder's
// rooms each stands.
struct Room {
  std::string name;
  std::vector<std::string> stands_on;
};

const std::vector<Room>& rooms() {
  static const std::vector<Room> all = [] {
    std::vector<Room> found;
    std::ifstream document(std::filesystem::path(SPILLWAY_SOURCE_DIR) / "docs/architecture.md");
    const std::regex row(R"(\| `([a-z]+/[a-z/]+)` \| .* \| ([^|]*) \|)");
    const std::regex word("[a-z]+(/[a-z]+)*");
    for (std::string line; std::getline(document, line);) {
      std::smatch cells;
      if (!std::regex_match(line, cells, row)) continue;
      Room room{cells[1], {}};
      const std::string folder = room.name.substr(0, room.name.find('/') + 1);
      const std::string names = cells[2];
      for (std::sregex_iterator it(names.begin(), names.end(), word), end; it != end; ++it)
        room.stands_on.push_back(folder + it->str());
      found.push_back(std::move(room));
    }
    return found;
  }();
  return all;
}

const Room* find_room(const std::string& name) {
  const auto found = std::ranges::find(rooms(), name, &Room::name);
  return found == rooms().end() ? nullptr : &*found;
}

TEST(Tree, IsFound) {
  std::map<std::string, int> files;
  for (const Source& source : sources()) ++files[source.folder()];
  for (const char* folder : {"engine", "storage", "net", "actors", "tests"}) {
    EXPECT_GE(files[folder], 3) << folder;
  }
}

TEST(Tree, DependsOnlyInOneDirection) {
  for (const Source& source : sources()) {
    const auto& allowed = may_include.at(source.folder());
    for (const Include& include : includes_of(source.text)) {
      if (include.target.front() != '"') continue;
      const std::size_t slash = include.target.find('/');
      if (slash == std::string::npos) {
        ADD_FAILURE() << place(source, include.line) << ": " << include.target
                      << " does not name its folder";
        continue;
      }
      const std::string folder = include.target.substr(1, slash - 1);
      const bool demo = folder == "sandbox" && contains(may_also_include_sandbox, source.path);
      EXPECT_TRUE(demo || contains(allowed, folder))
          << place(source, include.line) << ": " << source.folder() << "/ may not depend on "
          << folder << "/";
    }
  }
}

TEST(Tree, HasTheRoomsThatTheArchitectureNames) {
  std::map<std::string, std::size_t> files;
  for (const Source& source : sources())
    if (has_rooms(source.folder())) ++files[source.room()];
  for (const auto& [room, count] : files) {
    EXPECT_NE(find_room(room), nullptr) << room << " is not in docs/architecture.md";
    EXPECT_LE(count, room_files_max) << room << " is two rooms";
  }
  for (const Room& room : rooms()) EXPECT_TRUE(files.contains(room.name)) << room.name;
}

TEST(Tree, HasRoomsThatStandOnThoseAboveThem) {
  std::vector<std::string> above;
  for (const Room& room : rooms()) {
    for (const std::string& other : room.stands_on)
      EXPECT_TRUE(contains(above, other)) << room.name << " stands on " << other;
    above.push_back(room.name);
  }
}

TEST(Tree, IncludesTheRoomsThatARoomStandsOn) {
  std::map<std::string, std::vector<std::string>> used;
  for (const Source& source : sources()) {
    const Room* const room = find_room(source.room());
    if (room == nullptr) continue;
    for (const Include& include : includes_of(source.text)) {
      if (include.target.front() != '"') continue;
      const std::string other = include.target.substr(1, include.target.rfind('/') - 1);
      if (other == room->name || !other.starts_with(source.folder() + "/")) continue;
      used[room->name].push_back(other);
      EXPECT_TRUE(contains(room->stands_on, other))
          << place(source, include.line) << ": " << room->name << " may not include " << other;
    }
  }
  for (const Room& room : rooms())
    for (const std::string& other : room.stands_on)
      EXPECT_TRUE(contains(used[room.name], other)) << room.name << " does not need " << other;
}

TEST(Tree, KnowsEachLibraryInItsOwnFolderOnly) {
  for (const Source& source : sources()) {
    for (const Include& include : includes_of(source.text)) {
      for (const Library& library : libraries) {
        if (!include.target.starts_with(library.include)) continue;
        EXPECT_TRUE(std::any_of(library.places.begin(), library.places.end(),
                                [&](const auto& begin) { return source.path.starts_with(begin); }))
            << place(source, include.line) << ": " << include.target << " does not belong here";
      }
    }
  }
}

TEST(Tree, HasRulesOfTheStandardLibraryAlone) {
  const std::regex standard("<[a-z0-9_]+>");
  for (const Source& source : sources()) {
    if (source.folder() != "engine") continue;
    for (const Include& include : includes_of(source.text)) {
      EXPECT_TRUE(include.target.front() == '"' || std::regex_match(include.target, standard))
          << place(source, include.line) << ": " << include.target
          << " is not of the standard library";
    }
  }
}

TEST(Tree, HasFilesThatAreReadInOneGo) {
  for (const Source& source : sources()) {
    const std::size_t lines_max = source.folder() == "tests" ? test_file_lines_max : file_lines_max;
    EXPECT_LE(count_lines(source.text), lines_max) << source.path << ": the file is too long";
  }
}

TEST(Tree, HasFunctionsThatAreSeenAtOnce) {
  for (const Source& source : sources()) {
    for (const Function& function : functions_of(code_only(source.text))) {
      EXPECT_LE(function.lines(), function_lines_max)
          << place(source, function.first_line) << ": the function is too long";
    }
  }
}

TEST(Tree, HasTestsThatWaitForConditionsAndNotForTime) {
  const std::regex sleeping(R"(\b(sleep_for|sleep_until|usleep|nanosleep|sleep)\s*\()");
  for (const Source& source : sources()) {
    if (source.folder() != "tests") continue;
    const std::string code = code_only(source.text);
    for (std::sregex_iterator it(code.begin(), code.end(), sleeping), end; it != end; ++it) {
      const auto line = 1 + std::count(code.begin(), code.begin() + it->position(), '\n');
      ADD_FAILURE() << place(source, static_cast<std::size_t>(line)) << ": the test sleeps";
    }
  }
}

}  // namespace
}  // namespace spillway::tree
