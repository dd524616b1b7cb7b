#include "storage/keys/folder_manifest.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <string_view>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include "storage/base/data_folder.hpp"
#include "storage/base/private_files.hpp"
#include "storage/keys/epoch_keys.hpp"
#include "storage/keys/master_key.hpp"

namespace spillway::storage {

namespace {

namespace fs = std::filesystem;

constexpr const char* manifest_name = "part.manifest";
constexpr std::size_t manifest_size_max = 1'024;
constexpr std::string_view head = "spillway data folder, format 1";
constexpr std::size_t id_digits = 32;

struct Part {
  const char* name;
  fs::path folder;
};

// The journal last: as long as its manifest is a copy's, what a restore has to do is not done.
std::array<Part, 4> parts_of(const fs::path& data) {
  return {{{"folder", data},
           {"keys", keys_folder(data)},
           {"registry", registry_folder(data)},
           {"journal", journal_folder(data)}}};
}

// Which file it is, whatever it is called; a copy is another.
struct FileStamp {
  std::uint64_t inode = 0;
  std::uint64_t made_ns = 0;
  friend bool operator==(const FileStamp&, const FileStamp&) = default;
};

struct PartManifest {
  FolderManifest manifest;
  bool copied = false;
};

std::optional<FileStamp> stamp_of(int descriptor, const char* path) {
  struct statx status {};
  const int flags = *path == '\0' ? AT_EMPTY_PATH : 0;
  if (::statx(descriptor, path, flags, STATX_INO | STATX_BTIME, &status) != 0) return std::nullopt;
  FileStamp stamp{status.stx_ino, 0};
  if ((status.stx_mask & STATX_BTIME) != 0)
    stamp.made_ns = static_cast<std::uint64_t>(status.stx_btime.tv_sec) * 1'000'000'000 +
                    status.stx_btime.tv_nsec;
  return stamp;
}

template <class Number>
bool read_number(std::string_view text, Number& number) {
  const char* end = text.data() + text.size();
  return !text.empty() && std::from_chars(text.data(), end, number).ptr == end;
}

// Takes the next line off the text and gives what follows `name`; nothing when it is another.
std::optional<std::string_view> take_line(std::string_view& text, std::string_view name) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  if (end == text.npos || !line.starts_with(name)) return std::nullopt;
  text.remove_prefix(end + 1);
  return line.substr(name.size());
}

std::optional<PartManifest> parse(std::string_view text, std::string_view part,
                                  const FileStamp& stamp) {
  const auto first = take_line(text, head);
  const auto name = take_line(text, "part ");
  const auto folder = take_line(text, "folder ");
  const auto restored = take_line(text, "restored ");
  const auto file = take_line(text, "file ");
  if (!first || !first->empty() || !name || *name != part || !folder || !restored || !file ||
      folder->size() != id_digits || folder->find_first_not_of("0123456789abcdef") != folder->npos)
    return std::nullopt;
  std::int64_t restored_us = 0;
  FileStamp written;
  const std::size_t space = file->find(' ');
  if (!read_number(*restored, restored_us) || space == file->npos ||
      !read_number(file->substr(0, space), written.inode) ||
      !read_number(file->substr(space + 1), written.made_ns))
    return std::nullopt;
  return PartManifest{{std::string(*folder), Timestamp(Duration(restored_us))}, written != stamp};
}

Result<std::optional<PartManifest>> read_manifest(const Part& part) {
  const fs::path file = part.folder / manifest_name;
  std::error_code error;
  if (!fs::exists(file, error)) return std::optional<PartManifest>();
  const auto text = read_private_file(file, manifest_size_max);
  if (!text) return text.error();
  const auto stamp = stamp_of(AT_FDCWD, file.c_str());
  if (!stamp) return Error{"cannot look at " + file.string() + ": " + std::strerror(errno)};
  auto parsed = parse(*text, part.name, *stamp);
  if (!parsed)
    return Error{"the file " + file.string() + " is not the manifest of " + part.name +
                 " in a form that is known: it is damaged, or lies in another part's place"};
  return std::optional(std::move(*parsed));
}

bool has_content(const fs::path& file) {
  std::error_code error;
  const auto size = fs::file_size(file, error);
  return !error && size > 0;
}

constexpr const char* what_to_do =
    ". Is its file system mounted? Put back what was there, or restore a backup "
    "(spillway restore); nothing is made in its place";

Error missing(const fs::path& file) {
  return Error{"the file " + file.string() +
               " is missing or empty, and this data folder has had it" + what_to_do};
}

// Everything that is made with a folder, and stays.
Result<void> check_whole(const fs::path& data, bool master_elsewhere) {
  std::vector<fs::path> files = {keys_folder(data) / "system.keys", member_keys_file(data),
                                 journal_folder(data) / "data.mdb",
                                 registry_folder(data) / "data.mdb"};
  for (const fs::path& file : files)
    if (!has_content(file)) return missing(file);
  const fs::path next_master = master_path(keys_folder(data)).string() + ".next";
  if (!master_elsewhere && !has_content(master_path(keys_folder(data))) &&
      !has_content(next_master))
    return Error{missing(master_path(keys_folder(data))).message +
                 ". Or is the master key to be in SPILLWAY_MASTER_KEY?"};
  return {};
}

// A folder without a manifest: new, broken off while it was made, or of a version before. It is
// made in this order: keys, journal, views, registry.
Result<void> check_order(const fs::path& data) {
  const fs::path journal = journal_folder(data) / "data.mdb";
  for (const fs::path& later : {views_folder(data), registry_folder(data)})
    if (has_content(later / "data.mdb") && !has_content(journal))
      return Error{"the file " + journal.string() +
                   " is missing or empty, though there is data in " + later.string() + what_to_do};
  return {};
}

std::string since(const FolderManifest& manifest) {
  return manifest.restored == Timestamp()
             ? std::string("was never restored")
             : "was restored " + std::to_string(manifest.restored.time_since_epoch().count()) +
                   " us after 1970";
}

Result<void> check_agreement(const Part& one, const PartManifest& its, const Part& other,
                             const PartManifest& others, bool copied) {
  if (its.manifest.folder != others.manifest.folder)
    return Error{other.folder.string() + " belongs to another data folder than " +
                 one.folder.string() + " (" + others.manifest.folder + " and " +
                 its.manifest.folder +
                 ", as their files part.manifest say): is the wrong file "
                 "system mounted?"};
  if (!copied && its.manifest.restored != others.manifest.restored)
    return Error{other.folder.string() + " " + since(others.manifest) + ", and " +
                 one.folder.string() + " " + since(its.manifest) +
                 ": one of them is older than the last restore. Put back what was there, or "
                 "restore a backup (spillway restore)"};
  return {};
}

std::string text_of(const FolderManifest& manifest, const char* part, const FileStamp& stamp) {
  return std::string(head) + "\npart " + part + "\nfolder " + manifest.folder + "\nrestored " +
         std::to_string(manifest.restored.time_since_epoch().count()) + "\nfile " +
         std::to_string(stamp.inode) + " " + std::to_string(stamp.made_ns) + "\n";
}

// The file's stamp is in its content, so it is made first and then filled.
Result<void> write_manifest(const Part& part, const FolderManifest& manifest) {
  const fs::path file = part.folder / manifest_name;
  return write_private_file_of(file, [&](int descriptor) -> Result<std::string> {
    const auto stamp = stamp_of(descriptor, "");
    if (!stamp) return Error{"cannot look at " + file.string() + ": " + std::strerror(errno)};
    return text_of(manifest, part.name, *stamp);
  });
}

}  // namespace

Result<FolderFound> look_at_folder(const fs::path& data_folder, bool master_elsewhere) {
  FolderFound found;
  std::vector<std::pair<Part, PartManifest>> manifests;
  const auto parts = parts_of(data_folder);
  for (const Part& part : parts) {
    auto manifest = read_manifest(part);
    if (!manifest) return manifest.error();
    if (*manifest) manifests.emplace_back(part, std::move(**manifest));
  }
  if (manifests.empty()) {
    if (auto checked = check_order(data_folder); !checked) return checked.error();
    return found;
  }
  for (const auto& [part, manifest] : manifests) {
    const bool has_numbers =
        part.name != std::string_view("folder") && part.name != std::string_view("keys");
    found.copied |= has_numbers && manifest.copied;
  }
  for (const auto& [part, manifest] : manifests)
    if (auto agree = check_agreement(manifests.front().first, manifests.front().second, part,
                                     manifest, found.copied);
        !agree)
      return agree.error();
  if (auto checked = check_whole(data_folder, master_elsewhere); !checked) return checked.error();
  found.known = true;
  found.whole = manifests.size() == parts.size();
  found.manifest = manifests.front().second.manifest;
  return found;
}

Result<void> write_manifests(const fs::path& data_folder, const FolderManifest& manifest) {
  for (const Part& part : parts_of(data_folder))
    if (auto written = write_manifest(part, manifest); !written) return written;
  return {};
}

Result<void> copy_manifest(const fs::path& from, const fs::path& to) {
  std::error_code error;
  if (!fs::exists(from / manifest_name, error)) return {};
  const auto text = read_private_file(from / manifest_name, manifest_size_max);
  if (!text) return text.error();
  return write_private_file(to / manifest_name, *text);
}

FolderManifest new_manifest() {
  std::array<unsigned char, id_digits / 2> bytes{};
  randombytes_buf(bytes.data(), bytes.size());
  std::array<char, id_digits + 1> text{};
  sodium_bin2hex(text.data(), text.size(), bytes.data(), bytes.size());
  return {std::string(text.data()), Timestamp()};
}

}  // namespace spillway::storage
